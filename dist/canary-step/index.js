import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 546:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  p: () => (/* binding */ canaryStep)
});

;// CONCATENATED MODULE: ./build/src/action/define.js
function defineAction(definition) {
    return definition;
}
//# sourceMappingURL=define.js.map
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "node:path"
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
;// CONCATENATED MODULE: ./build/src/action/input-kinds.js




const kind = (type, options, parse) => ({
    ...options,
    type,
    parse,
});
/** Free text on one line. */
const input_kinds_text = (options) => kind('text', options, (raw) => raw);
/** One value per line; empty lines are dropped. */
const lines = (options) => kind('list, one per line', options, (raw) => raw
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''));
/** A whole share of the traffic, 0–100, without a sign. */
const percent = (options) => kind('percent (0–100)', options, (raw) => {
    if (!/^\d{1,3}$/.test(raw) || Number(raw) > 100) {
        throw new RangeError(`"${raw}" is not a whole number from 0 to 100${raw.endsWith('%') ? '; write it without the % sign' : ''}`);
    }
    return Number(raw);
});
/** A whole number from `min` to `max`, both included. */
const integer = (options) => kind(`integer (${options.min}–${options.max})`, options, (raw) => {
    const value = Number(raw);
    if (!/^-?\d+$/.test(raw) || value < options.min || value > options.max) {
        throw new RangeError(`"${raw}" is not a whole number from ${options.min} to ${options.max}`);
    }
    return value;
});
/** A duration with its unit; parsed to milliseconds. */
const input_kinds_duration = (options) => kind('duration', options, duration/* parseDuration */.E);
/** `true` or `false`, in the spellings of YAML 1.2. */
const flag = (options) => kind('true | false', options, (raw) => {
    if (/^(true|True|TRUE)$/.test(raw))
        return true;
    if (/^(false|False|FALSE)$/.test(raw))
        return false;
    throw new RangeError(`"${raw}" is neither true nor false`);
});
/** One of a closed set of words. */
const oneOf = (values, options) => kind(values.join(' | '), options, (raw) => {
    if (!values.includes(raw))
        throw new RangeError(`"${raw}" is not one of ${values.join(', ')}`);
    return raw;
});
/** A name as Kubernetes allows it for Services and label values: RFC 1123 label, at most `maxLength` characters. */
const dnsLabel = (options) => kind('name (DNS label)', options, (raw) => {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(raw)) {
        throw new RangeError(`"${raw}" is not a DNS label; use lower-case letters, digits and "-", starting and ending with a letter or digit`);
    }
    if (raw.length > options.maxLength) {
        throw new RangeError(`"${raw}" has ${raw.length} characters; at most ${options.maxLength} leave room for the names derived from it`);
    }
    return raw;
});
/** A file under the workspace, read and handed to `read`, which gets the text and the path as the user wrote it. */
const workspaceFile = (type, options, read) => kind(type, options, (raw, environment) => read(readWorkspaceFile(raw, environment), raw));
/** A file under the workspace that the step writes; parsed to its absolute path. It need not be there yet, its directory must. */
const workspaceOutput = (options) => kind('path in the workspace', options, (raw, environment) => {
    const path = join(folderOf(raw, environment), basename(raw));
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile())
        throw new UserError(`"${raw}" is there and is no file; name another path`);
    return path;
});
function folderOf(raw, environment) {
    try {
        return resolveInWorkspace(dirname(raw), environment);
    }
    catch (cause) {
        if (!(cause instanceof UserError))
            throw cause;
        throw new UserError(`"${raw}" can't be written: ${cause.message}`, { cause });
    }
}
/**
 * Reads a file that the user named.
 * @throws UserError when it lies outside the workspace (symbolic links are followed first) or can't be read
 */
function readWorkspaceFile(path, environment) {
    try {
        return (0,external_node_fs_.readFileSync)(resolveInWorkspace(path, environment), 'utf8');
    }
    catch (cause) {
        if (cause instanceof errors/* UserError */.y)
            throw cause;
        throw new errors/* UserError */.y(`"${path}" can't be read (${cause.code}); name a file`, { cause });
    }
}
/**
 * @returns the absolute path, with symbolic links resolved
 * @throws UserError when there is nothing at the path, or when it lies outside the workspace
 */
function resolveInWorkspace(path, environment) {
    const root = (0,external_node_fs_.realpathSync)(environment.workspace);
    let real;
    try {
        real = (0,external_node_fs_.realpathSync)((0,external_node_path_namespaceObject.resolve)(root, path));
    }
    catch (cause) {
        throw new errors/* UserError */.y(`there is no file "${path}" in the workspace; is the repository checked out before this step?`, {
            cause,
        });
    }
    const fromRoot = (0,external_node_path_namespaceObject.relative)(root, real);
    if (fromRoot === '..' || fromRoot.startsWith('../') || (0,external_node_path_namespaceObject.isAbsolute)(fromRoot)) {
        throw new errors/* UserError */.y(`"${path}" lies outside the workspace; move it into the repository`);
    }
    return real;
}
//# sourceMappingURL=input-kinds.js.map
;// CONCATENATED MODULE: ./build/src/release/tester-inputs.js
/** A token of RFC 9110, 5.6.2: what names of headers and cookies are made of. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/;
/** What a cookie's value may hold (RFC 6265, 4.1.1). */
const COOKIE_VALUE = /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{1,1024}$/;
/** What a header match may hold in the Gateway API, as far as it can be typed. */
const HEADER_VALUE = /^[\x20-\x7E]{1,1024}$/;
const nameAndValue = (what, text, allowed) => ({
    text,
    type: 'NAME=VALUE',
    parse(raw) {
        const at = raw.indexOf('=');
        const [name, value] = [raw.slice(0, at).trim(), raw.slice(at + 1).trim()];
        if (at < 1 || !NAME.test(name) || !allowed.test(value))
            throw new RangeError(`"${raw}" is not the name and value of a ${what}; write it as NAME=VALUE`);
        return { name, value };
    },
});
/** Who gets the canary at any weight. */
const testerInputs = {
    header: nameAndValue('header', 'Requests with this header go to the canary at any weight, as `X-Canary=always`. Later steps go on with it.', HEADER_VALUE),
    cookie: nameAndValue('cookie', 'Requests with this cookie go to the canary at any weight, as `canary=always`. Later steps go on with it.', COOKIE_VALUE),
};
//# sourceMappingURL=tester-inputs.js.map
// EXTERNAL MODULE: ./build/src/slo/selector.js
var selector = __nccwpck_require__(525);
;// CONCATENATED MODULE: ./build/src/release/traffic-inputs.js


const requestMetric = {
    text: "Counter of all requests in the pods' metrics, from which the real split is counted.",
    type: 'series selector',
    default: 'http_requests_total',
    parse: selector/* parseSelector */.P,
};
/** How the traffic is split and how a split is watched; shared by the actions that move traffic. */
const trafficInputs = {
    router: oneOf(['auto', 'http-route', 'replicas'], {
        text: 'What splits the traffic: an HTTPRoute of the Gateway API, or the ratio of pods. `auto` takes the HTTPRoute that leads to the Service, if there is one.',
        default: 'auto',
    }),
    route: input_kinds_text({ text: 'Name of the HTTPRoute, when several lead to the Service.' }),
    settle: input_kinds_duration({
        text: "How long the slowest proxy takes to act on a change, when you know better than the documented bound of the route's controller.",
    }),
    'start-timeout': input_kinds_duration({ text: 'How long new pods may take to become ready.', default: '5m' }),
    prove: oneOf(['expected', 'required'], {
        text: 'Whether a split that can not be proven, for lack of traffic, is a warning (`expected`) or an error (`required`). A split that is disproved is always an error.',
        default: 'expected',
    }),
    'prove-timeout': input_kinds_duration({ text: 'How long to look for the proof of a split.', default: '60s' }),
    'request-metric': requestMetric,
    'take-over': flag({ text: "Whether to put back another run's release that is in flight, and go on.", default: 'false' }),
};
//# sourceMappingURL=traffic-inputs.js.map
// EXTERNAL MODULE: ./build/src/lib/nearest.js
var nearest = __nccwpck_require__(339);
// EXTERNAL MODULE: ./build/src/slo/percent.js
var slo_percent = __nccwpck_require__(215);
;// CONCATENATED MODULE: ./node_modules/js-yaml/dist/js-yaml.mjs
/*! js-yaml 5.5.0 https://github.com/nodeca/js-yaml @license MIT */
//#region src/tag.ts
/**
* Returned by a scalar resolver when the source does not match its tag.
*
* @category Tags
*/
var NOT_RESOLVED = Symbol("NOT_RESOLVED");
/**
* Create a normalized scalar tag definition.
*
* @category Tags
*/
function defineScalarTag(tagName, options) {
	return {
		tagName,
		nodeKind: "scalar",
		implicit: options.implicit ?? false,
		matchByTagPrefix: options.matchByTagPrefix ?? false,
		implicitFirstChars: options.implicitFirstChars ?? null,
		resolve: options.resolve,
		identify: options.identify,
		represent: options.represent ?? ((data) => String(data)),
		representTagName: options.representTagName ?? (() => tagName)
	};
}
/**
* Create a normalized sequence tag definition.
*
* @category Tags
*/
function defineSequenceTag(tagName, options) {
	const carrierIsResult = options.finalize === void 0;
	return {
		tagName,
		nodeKind: "sequence",
		implicit: false,
		matchByTagPrefix: options.matchByTagPrefix ?? false,
		create: options.create,
		addItem: options.addItem,
		finalize: options.finalize ?? ((carrier) => carrier),
		carrierIsResult,
		identify: options.identify,
		represent: options.represent ?? ((data) => data),
		representTagName: options.representTagName ?? (() => tagName)
	};
}
/**
* Create a normalized mapping tag definition.
*
* @category Tags
*/
function defineMappingTag(tagName, options) {
	const carrierIsResult = options.finalize === void 0;
	return {
		tagName,
		nodeKind: "mapping",
		implicit: false,
		matchByTagPrefix: options.matchByTagPrefix ?? false,
		create: options.create,
		addPair: options.addPair,
		has: options.has,
		keys: options.keys,
		get: options.get,
		finalize: options.finalize ?? ((carrier) => carrier),
		carrierIsResult,
		identify: options.identify,
		represent: options.represent ?? ((data) => data),
		representTagName: options.representTagName ?? (() => tagName)
	};
}
//#endregion
//#region src/tag/scalar/str.ts
/** @category Tags */
var strTag = defineScalarTag("tag:yaml.org,2002:str", {
	resolve: (source) => source,
	identify: (data) => typeof data === "string"
});
//#endregion
//#region src/tag/scalar/null_core.ts
var NULL_VALUES$1 = [
	"",
	"~",
	"null",
	"Null",
	"NULL"
];
/** @category Tags */
var nullCoreTag = defineScalarTag("tag:yaml.org,2002:null", {
	implicit: true,
	implicitFirstChars: [
		"",
		"~",
		"n",
		"N"
	],
	resolve: (source) => {
		if (NULL_VALUES$1.indexOf(source) !== -1) return null;
		return NOT_RESOLVED;
	},
	identify: (object) => object === null,
	represent: () => "null"
});
//#endregion
//#region src/tag/scalar/null_json.ts
/** @category Tags */
var nullJsonTag = defineScalarTag("tag:yaml.org,2002:null", {
	implicit: true,
	implicitFirstChars: ["n"],
	resolve: (source, isExplicit) => {
		if (source === "null" || isExplicit && source === "") return null;
		return NOT_RESOLVED;
	},
	identify: (object) => object === null,
	represent: () => "null"
});
//#endregion
//#region src/tag/scalar/null_yaml11.ts
var NULL_VALUES = [
	"",
	"~",
	"null",
	"Null",
	"NULL"
];
/** @category Tags */
var nullYaml11Tag = defineScalarTag("tag:yaml.org,2002:null", {
	implicit: true,
	implicitFirstChars: [
		"",
		"~",
		"n",
		"N"
	],
	resolve: (source) => {
		if (NULL_VALUES.indexOf(source) !== -1) return null;
		return NOT_RESOLVED;
	},
	identify: (object) => object === null,
	represent: () => "null"
});
//#endregion
//#region src/tag/scalar/bool_core.ts
var TRUE_VALUES$2 = [
	"true",
	"True",
	"TRUE"
];
var FALSE_VALUES$2 = [
	"false",
	"False",
	"FALSE"
];
/** @category Tags */
var boolCoreTag = defineScalarTag("tag:yaml.org,2002:bool", {
	implicit: true,
	implicitFirstChars: [
		"t",
		"T",
		"f",
		"F"
	],
	resolve: (source) => {
		if (TRUE_VALUES$2.indexOf(source) !== -1) return true;
		if (FALSE_VALUES$2.indexOf(source) !== -1) return false;
		return NOT_RESOLVED;
	},
	identify: (object) => Object.prototype.toString.call(object) === "[object Boolean]",
	represent: (object) => object ? "true" : "false"
});
//#endregion
//#region src/tag/scalar/bool_json.ts
var TRUE_VALUES$1 = ["true"];
var FALSE_VALUES$1 = ["false"];
/** @category Tags */
var boolJsonTag = defineScalarTag("tag:yaml.org,2002:bool", {
	implicit: true,
	implicitFirstChars: ["t", "f"],
	resolve: (source) => {
		if (TRUE_VALUES$1.indexOf(source) !== -1) return true;
		if (FALSE_VALUES$1.indexOf(source) !== -1) return false;
		return NOT_RESOLVED;
	},
	identify: (object) => Object.prototype.toString.call(object) === "[object Boolean]",
	represent: (object) => object ? "true" : "false"
});
//#endregion
//#region src/tag/scalar/bool_yaml11.ts
var TRUE_VALUES = [
	"true",
	"True",
	"TRUE",
	"y",
	"Y",
	"yes",
	"Yes",
	"YES",
	"on",
	"On",
	"ON"
];
var FALSE_VALUES = [
	"false",
	"False",
	"FALSE",
	"n",
	"N",
	"no",
	"No",
	"NO",
	"off",
	"Off",
	"OFF"
];
/** @category Tags */
var boolYaml11Tag = defineScalarTag("tag:yaml.org,2002:bool", {
	implicit: true,
	implicitFirstChars: [
		"y",
		"Y",
		"n",
		"N",
		"t",
		"T",
		"f",
		"F",
		"o",
		"O"
	],
	resolve: (source) => {
		if (TRUE_VALUES.indexOf(source) !== -1) return true;
		if (FALSE_VALUES.indexOf(source) !== -1) return false;
		return NOT_RESOLVED;
	},
	identify: (object) => Object.prototype.toString.call(object) === "[object Boolean]",
	represent: (object) => object ? "true" : "false"
});
//#endregion
//#region src/tag/scalar/int_core.ts
var YAML_INTEGER_IMPLICIT_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
var YAML_INTEGER_EXPLICIT_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:[-+]?0b[0-1]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
function parseYamlInteger$2(source) {
	let value = source;
	let sign = 1;
	if (value[0] === "-" || value[0] === "+") {
		if (value[0] === "-") sign = -1;
		value = value.slice(1);
	}
	if (value.startsWith("0b")) return sign * parseInt(value.slice(2), 2);
	if (value.startsWith("0o")) return sign * parseInt(value.slice(2), 8);
	if (value.startsWith("0x")) return sign * parseInt(value.slice(2), 16);
	return sign * parseInt(value, 10);
}
function resolveYamlInteger$2(source, isExplicit) {
	if (isExplicit) {
		if (!YAML_INTEGER_EXPLICIT_PATTERN$1.test(source)) return NOT_RESOLVED;
	} else if (!YAML_INTEGER_IMPLICIT_PATTERN$1.test(source)) return NOT_RESOLVED;
	const result = parseYamlInteger$2(source);
	return Number.isFinite(result) ? result : NOT_RESOLVED;
}
/** @category Tags */
var intCoreTag = defineScalarTag("tag:yaml.org,2002:int", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		..."0123456789"
	],
	resolve: resolveYamlInteger$2,
	identify: (object) => Number.isInteger(object) && !Object.is(object, -0) && object.toString(10).indexOf("e") < 0,
	represent: (object) => object.toString(10)
});
//#endregion
//#region src/tag/scalar/int_json.ts
var YAML_INTEGER_IMPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^-?(?:0|[1-9][0-9]*)$");
var YAML_INTEGER_EXPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?0b[0-1]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
function parseYamlInteger$1(source) {
	let value = source;
	let sign = 1;
	if (value[0] === "-" || value[0] === "+") {
		if (value[0] === "-") sign = -1;
		value = value.slice(1);
	}
	if (value.startsWith("0b")) return sign * parseInt(value.slice(2), 2);
	if (value.startsWith("0o")) return sign * parseInt(value.slice(2), 8);
	if (value.startsWith("0x")) return sign * parseInt(value.slice(2), 16);
	return sign * parseInt(value, 10);
}
function resolveYamlInteger$1(source, isExplicit) {
	if (isExplicit) {
		if (!YAML_INTEGER_EXPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
	} else if (!YAML_INTEGER_IMPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
	const result = parseYamlInteger$1(source);
	return Number.isFinite(result) ? result : NOT_RESOLVED;
}
/** @category Tags */
var intJsonTag = defineScalarTag("tag:yaml.org,2002:int", {
	implicit: true,
	implicitFirstChars: ["-", ..."0123456789"],
	resolve: resolveYamlInteger$1,
	identify: (object) => Number.isInteger(object) && !Object.is(object, -0) && object.toString(10).indexOf("e") < 0,
	represent: (object) => object.toString(10)
});
//#endregion
//#region src/tag/scalar/int_yaml11.ts
var YAML_INTEGER_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+|[-+]?(?:0|[1-9][0-9_]*))$");
function parseYamlInteger(source) {
	let value = source.replace(/_/g, "");
	let sign = 1;
	if (value[0] === "-" || value[0] === "+") {
		if (value[0] === "-") sign = -1;
		value = value.slice(1);
	}
	if (value.startsWith("0b")) return sign * parseInt(value.slice(2), 2);
	if (value.startsWith("0x")) return sign * parseInt(value.slice(2), 16);
	if (value.includes(":")) {
		let result = 0;
		for (const part of value.split(":")) result = result * 60 + Number(part);
		return sign * result;
	}
	if (value !== "0" && value[0] === "0") return sign * parseInt(value, 8);
	return sign * parseInt(value, 10);
}
function resolveYamlInteger(source) {
	if (!YAML_INTEGER_PATTERN.test(source)) return NOT_RESOLVED;
	const result = parseYamlInteger(source);
	return Number.isFinite(result) ? result : NOT_RESOLVED;
}
/** @category Tags */
var intYaml11Tag = defineScalarTag("tag:yaml.org,2002:int", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		..."0123456789"
	],
	resolve: resolveYamlInteger,
	identify: (object) => Number.isInteger(object) && !Object.is(object, -0) && object.toString(10).indexOf("e") < 0,
	represent: (object) => object.toString(10)
});
//#endregion
//#region src/tag/scalar/float_core.ts
var YAML_FLOAT_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
var YAML_FLOAT_SPECIAL_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function resolveYamlFloat$2(source) {
	if (!YAML_FLOAT_PATTERN$1.test(source)) return NOT_RESOLVED;
	let value = source.toLowerCase();
	const sign = value[0] === "-" ? -1 : 1;
	if ("+-".includes(value[0])) value = value.slice(1);
	if (value === ".inf") return sign === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
	if (value === ".nan") return NaN;
	const result = sign * parseFloat(value);
	if (Number.isFinite(result) || YAML_FLOAT_SPECIAL_PATTERN$1.test(source)) return result;
	return NOT_RESOLVED;
}
function representYamlFloat$2(object) {
	if (isNaN(object)) return ".nan";
	if (object === Number.POSITIVE_INFINITY) return ".inf";
	if (object === Number.NEGATIVE_INFINITY) return "-.inf";
	if (Object.is(object, -0)) return "-0.0";
	const result = object.toString(10);
	return /^[-+]?[0-9]+e/.test(result) ? result.replace("e", ".e") : result;
}
/** @category Tags */
var floatCoreTag = defineScalarTag("tag:yaml.org,2002:float", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		".",
		..."0123456789"
	],
	resolve: resolveYamlFloat$2,
	identify: (object) => typeof object === "number" && (!Number.isInteger(object) || Object.is(object, -0) || object.toString(10).indexOf("e") >= 0),
	represent: representYamlFloat$2
});
//#endregion
//#region src/tag/scalar/float_json.ts
var YAML_FLOAT_IMPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$");
var YAML_FLOAT_EXPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function resolveYamlFloat$1(source, isExplicit) {
	if (isExplicit) {
		if (!YAML_FLOAT_EXPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
		let value = source.toLowerCase();
		const sign = value[0] === "-" ? -1 : 1;
		if ("+-".includes(value[0])) value = value.slice(1);
		if (value === ".inf") return sign === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
		if (value === ".nan") return NaN;
		const result = sign * parseFloat(value);
		return Number.isFinite(result) ? result : NOT_RESOLVED;
	}
	if (!YAML_FLOAT_IMPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
	const result = Number(source);
	if (Number.isFinite(result)) return result;
	return NOT_RESOLVED;
}
function representYamlFloat$1(object) {
	if (isNaN(object)) return ".nan";
	if (object === Number.POSITIVE_INFINITY) return ".inf";
	if (object === Number.NEGATIVE_INFINITY) return "-.inf";
	if (Object.is(object, -0)) return "-0.0";
	const result = object.toString(10);
	return /^[-+]?[0-9]+e/.test(result) ? result.replace("e", ".e") : result;
}
/** @category Tags */
var floatJsonTag = defineScalarTag("tag:yaml.org,2002:float", {
	implicit: true,
	implicitFirstChars: ["-", ..."0123456789"],
	resolve: resolveYamlFloat$1,
	identify: (object) => typeof object === "number" && (!Number.isInteger(object) || Object.is(object, -0) || object.toString(10).indexOf("e") >= 0),
	represent: representYamlFloat$1
});
//#endregion
//#region src/tag/scalar/float_yaml11.ts
var YAML_FLOAT_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?(?:(?:[0-9][0-9_]*)?\\.[0-9_]*)(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
var YAML_FLOAT_SPECIAL_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function resolveYamlFloat(source) {
	if (!YAML_FLOAT_PATTERN.test(source)) return NOT_RESOLVED;
	let value = source.toLowerCase().replace(/_/g, "");
	const sign = value[0] === "-" ? -1 : 1;
	if ("+-".includes(value[0])) value = value.slice(1);
	if (value === ".inf") return sign === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
	if (value === ".nan") return NaN;
	let result = 0;
	if (value.includes(":")) {
		for (const part of value.split(":")) result = result * 60 + Number(part);
		result *= sign;
	} else result = sign * parseFloat(value);
	if (Number.isFinite(result) || YAML_FLOAT_SPECIAL_PATTERN.test(source)) return result;
	return NOT_RESOLVED;
}
function representYamlFloat(object) {
	if (isNaN(object)) return ".nan";
	if (object === Number.POSITIVE_INFINITY) return ".inf";
	if (object === Number.NEGATIVE_INFINITY) return "-.inf";
	if (Object.is(object, -0)) return "-0.0";
	const result = object.toString(10);
	return /^[-+]?[0-9]+e/.test(result) ? result.replace("e", ".e") : result;
}
/** @category Tags */
var floatYaml11Tag = defineScalarTag("tag:yaml.org,2002:float", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		".",
		..."0123456789"
	],
	resolve: resolveYamlFloat,
	identify: (object) => typeof object === "number" && (!Number.isInteger(object) || Object.is(object, -0) || object.toString(10).indexOf("e") >= 0),
	represent: representYamlFloat
});
//#endregion
//#region src/tag/scalar/merge.ts
/**
* Enables merge keys in {@link CORE_SCHEMA} when added with
* {@link Schema.withTags}.
*
* @category Tags
*/
var mergeTag = defineScalarTag("tag:yaml.org,2002:merge", {
	implicit: true,
	implicitFirstChars: ["<"],
	resolve: (source, isExplicit) => {
		if (source === "<<" || isExplicit && source === "") return "<<";
		return NOT_RESOLVED;
	},
	identify: () => false
});
//#endregion
//#region src/tag/scalar/binary.ts
var BASE64_PATTERN = /^[A-Za-z0-9+/]*={0,2}$/;
function resolveYamlBinary(source) {
	const input = source.replace(/\s/g, "");
	if (input.length % 4 !== 0 || !BASE64_PATTERN.test(input)) return NOT_RESOLVED;
	const binary = atob(input);
	const result = new Uint8Array(binary.length);
	for (let index = 0; index < binary.length; index++) result[index] = binary.charCodeAt(index);
	return result;
}
function representYamlBinary(object) {
	let binary = "";
	for (let index = 0; index < object.length; index++) binary += String.fromCharCode(object[index]);
	return btoa(binary);
}
/**
* The `!!binary` tag, represented as a `Uint8Array`.
*
* @category Tags
*/
var binaryTag = defineScalarTag("tag:yaml.org,2002:binary", {
	resolve: resolveYamlBinary,
	identify: (object) => Object.prototype.toString.call(object) === "[object Uint8Array]",
	represent: representYamlBinary
});
//#endregion
//#region src/tag/scalar/timestamp.ts
var YAML_DATE_REGEXP = /* @__PURE__ */ new RegExp("^([0-9][0-9][0-9][0-9])-([0-9][0-9])-([0-9][0-9])$");
var YAML_TIMESTAMP_REGEXP = /* @__PURE__ */ new RegExp("^([0-9][0-9][0-9][0-9])-([0-9][0-9]?)-([0-9][0-9]?)(?:[Tt]|[ \\t]+)([0-9][0-9]?):([0-9][0-9]):([0-9][0-9])(?:\\.([0-9]*))?(?:[ \\t]*(Z|([-+])([0-9][0-9]?)(?::([0-9][0-9]))?))?$");
function makeUtcDate(year, month, day, hour = 0, minute = 0, second = 0, fraction = 0) {
	const date = new Date(Date.UTC(year, month, day, hour, minute, second, fraction));
	date.setUTCFullYear(year, month, day);
	return date;
}
function resolveYamlTimestamp(source) {
	let match = YAML_DATE_REGEXP.exec(source);
	if (match === null) match = YAML_TIMESTAMP_REGEXP.exec(source);
	if (match === null) return NOT_RESOLVED;
	const year = +match[1];
	const month = +match[2] - 1;
	const day = +match[3];
	if (!match[4]) {
		const date = makeUtcDate(year, month, day);
		if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month || date.getUTCDate() !== day) return NOT_RESOLVED;
		return date;
	}
	const hour = +match[4];
	const minute = +match[5];
	const second = +match[6];
	let fraction = 0;
	if (hour > 23 || minute > 59 || second > 59) return NOT_RESOLVED;
	if (match[7]) {
		let value = match[7].slice(0, 3);
		while (value.length < 3) value += "0";
		fraction = +value;
	}
	const date = makeUtcDate(year, month, day, hour, minute, second, fraction);
	if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month || date.getUTCDate() !== day) return NOT_RESOLVED;
	if (match[9]) {
		const offsetHour = +match[10];
		const offsetMinute = +(match[11] || 0);
		if (offsetHour > 23 || offsetMinute > 59) return NOT_RESOLVED;
		const offset = (offsetHour * 60 + offsetMinute) * 6e4;
		date.setTime(date.getTime() - (match[9] === "-" ? -offset : offset));
	}
	return date;
}
/**
* The YAML 1.1 `!!timestamp` tag, represented as a JavaScript `Date`.
*
* @category Tags
*/
var timestampTag = defineScalarTag("tag:yaml.org,2002:timestamp", {
	implicit: true,
	implicitFirstChars: [..."0123456789"],
	resolve: resolveYamlTimestamp,
	identify: (object) => object instanceof Date,
	represent: (object) => object.toISOString()
});
//#endregion
//#region src/tag/sequence/seq.ts
/** @category Tags */
var seqTag = defineSequenceTag("tag:yaml.org,2002:seq", {
	create: () => [],
	addItem: (container, item) => {
		container.push(item);
	},
	identify: Array.isArray
});
//#endregion
//#region src/common/object.ts
function isPlainObject(data) {
	if (data === null || typeof data !== "object" || Array.isArray(data)) return false;
	const prototype = Object.getPrototypeOf(data);
	return prototype === null || prototype === Object.prototype;
}
function pick(object, keys) {
	const result = {};
	for (const key of keys) if (object[key] !== void 0) result[key] = object[key];
	return result;
}
//#endregion
//#region src/tag/sequence/omap.ts
/**
* Provided only for YAML 1.1 compatibility and supported by the loader only.
* JavaScript has no dedicated class to represent this type, so it cannot be
* identified and dumped.
*
* ```yaml
* !!omap
*   - one: 1
*   - two: 2
* ```
*
* is loaded as
*
* ```javascript
* [
*   { one: 1 },
*   { two: 2 }
* ]
* ```
*
* @category Tags
*/
var omapTag = defineSequenceTag("tag:yaml.org,2002:omap", {
	create: () => ({
		list: [],
		seen: /* @__PURE__ */ new Set()
	}),
	addItem: (carrier, item) => {
		let key;
		if (item instanceof Map) {
			if (item.size !== 1) return "cannot resolve an ordered map item";
			key = item.keys().next().value;
		} else if (isPlainObject(item)) {
			const itemKeys = Object.keys(item);
			if (itemKeys.length !== 1) return "cannot resolve an ordered map item";
			key = itemKeys[0];
		} else return "cannot resolve an ordered map item";
		if (carrier.seen.has(key)) return "duplicate key in ordered map";
		carrier.seen.add(key);
		carrier.list.push(item);
		return "";
	},
	finalize: (carrier) => carrier.list,
	identify: () => false
});
//#endregion
//#region src/tag/sequence/pairs.ts
/**
* Provided only for YAML 1.1 compatibility and supported by the loader only.
* JavaScript has no dedicated class to represent this type, so it cannot be
* identified and dumped.
*
* ```yaml
* !!pairs
*   - one: 1
*   - two: 2
* ```
*
* is loaded as
*
* ```javascript
* [
*   ['one', 1],
*   ['two', 2]
* ]
* ```
*
* @category Tags
*/
var pairsTag = defineSequenceTag("tag:yaml.org,2002:pairs", {
	create: () => [],
	addItem: (container, item) => {
		if (item instanceof Map) {
			if (item.size !== 1) return "cannot resolve a pairs item";
			container.push(item.entries().next().value);
			return "";
		}
		if (Object.prototype.toString.call(item) !== "[object Object]") return "cannot resolve a pairs item";
		const object = item;
		const keys = Object.keys(object);
		if (keys.length !== 1) return "cannot resolve a pairs item";
		container.push([keys[0], object[keys[0]]]);
		return "";
	},
	identify: () => false
});
//#endregion
//#region src/tag/mapping/map.ts
/**
* This is the default mapping implementation. It uses `{}` objects and has only
* partial functionality due to language limitations. This choice was made
* because users expect to get JavaScript objects, and it was left unchanged to
* avoid too many breaking changes in the v5 release.
*
* Side effects:
*
* - `Object.hasOwn()` checks or `for...of` loops are required for safe use (to
*   avoid falling through to prototypes).
* - Only scalar string keys are supported properly.
* - Other scalar keys, such as `null` and numbers, are converted to strings.
*   This is historical behaviour, and it can cause side effects such as
*   problems with `!!merge`.
*
* Note that non-string scalar keys may be deprecated in future versions.
*
* Ideally, use {@link realMapTag} instead.
*
* @category Tags
*/
var mapTag = defineMappingTag("tag:yaml.org,2002:map", {
	create: () => ({}),
	identify: isPlainObject,
	represent: (o) => {
		const map = /* @__PURE__ */ new Map();
		for (const key of Object.keys(o)) map.set(key, o[key]);
		return map;
	},
	addPair: (container, key, value) => {
		if (key !== null && typeof key === "object") return "object-based map does not support complex keys";
		const normalizedKey = String(key);
		if (normalizedKey === "__proto__") Object.defineProperty(container, normalizedKey, {
			value,
			enumerable: true,
			configurable: true,
			writable: true
		});
		else container[normalizedKey] = value;
		return "";
	},
	has: (container, key) => {
		if (key !== null && typeof key === "object") return false;
		return Object.prototype.hasOwnProperty.call(container, String(key));
	},
	keys: (container) => Object.keys(container),
	get: (container, key) => {
		const normalizedKey = String(key);
		if (!Object.prototype.hasOwnProperty.call(container, normalizedKey)) return null;
		return container[normalizedKey];
	}
});
//#endregion
//#region src/tag/mapping/set.ts
/**
* The YAML 1.1 `!!set` tag, represented as a JavaScript `Set`.
*
* @category Tags
*/
var setTag = defineMappingTag("tag:yaml.org,2002:set", {
	create: () => /* @__PURE__ */ new Set(),
	identify: (data) => data instanceof Set,
	represent: (data) => {
		const map = /* @__PURE__ */ new Map();
		for (const key of data) map.set(key, null);
		return map;
	},
	addPair: (container, key, value) => {
		if (value !== null) return "cannot resolve a set item";
		container.add(key);
		return "";
	},
	has: (container, key) => container.has(key),
	keys: (container) => container.keys(),
	get: () => null
});
//#endregion
//#region src/schema.ts
function createTagDefinitionMap() {
	return {
		scalar: Object.create(null),
		sequence: Object.create(null),
		mapping: Object.create(null)
	};
}
function createTagDefinitionListMap() {
	return {
		scalar: [],
		sequence: [],
		mapping: []
	};
}
function compileTags(tags) {
	const result = [];
	for (const tag of tags) {
		let index = result.length;
		for (let previousIndex = 0; previousIndex < result.length; previousIndex++) {
			const previous = result[previousIndex];
			if (previous.nodeKind === tag.nodeKind && previous.tagName === tag.tagName && previous.matchByTagPrefix === tag.matchByTagPrefix) {
				index = previousIndex;
				break;
			}
		}
		result[index] = tag;
	}
	return result;
}
/**
* Controls tag resolution when loading and type selection when dumping.
*
* @category Schemas
*/
var Schema = class Schema {
	tags;
	/** @internal */
	implicitScalarTags;
	/**
	* Dispatch implicit scalar resolvers by `source.charAt(0)`. Each bucket holds
	* the resolvers that may match that key, in schema order; a key absent from
	* the map uses
	* {@link Schema.implicitScalarAnyFirstChar}
	* (resolvers that declared no first-char constraint, so they apply to any
	* first character).
	*/
	implicitScalarByFirstChar;
	implicitScalarAnyFirstChar;
	/**
	* The default scalar tag (`!!str`), resolved once so the composer's fallback
	* for unresolved plain scalars avoids a keyed lookup per scalar.
	*
	* @internal
	*/
	defaultScalarTag;
	/**
	* The default container tags (`!!seq` / `!!map`), used by the dumper: when a
	* value is identified by its default tag, the tag is implicit and not
	* printed. Undefined if the schema does not define them (then such values
	* can't be dumped).
	*
	* @internal
	*/
	defaultSequenceTag;
	/** @internal */
	defaultMappingTag;
	exact;
	prefix;
	constructor(tags) {
		const compiledTags = compileTags(tags);
		const implicitScalarTags = [];
		const exact = createTagDefinitionMap();
		const prefix = createTagDefinitionListMap();
		for (const tag of compiledTags) {
			if (tag.nodeKind === "scalar" && tag.implicit) {
				if (tag.matchByTagPrefix) throw new Error("Implicit scalar tags cannot match by tag prefix");
				implicitScalarTags.push(tag);
			}
			switch (tag.nodeKind) {
				case "scalar":
					if (tag.matchByTagPrefix) prefix.scalar.push(tag);
					else exact.scalar[tag.tagName] = tag;
					break;
				case "sequence":
					if (tag.matchByTagPrefix) prefix.sequence.push(tag);
					else exact.sequence[tag.tagName] = tag;
					break;
				case "mapping": if (tag.matchByTagPrefix) prefix.mapping.push(tag);
				else exact.mapping[tag.tagName] = tag;
			}
		}
		const implicitScalarAnyFirstChar = implicitScalarTags.filter((tag) => tag.implicitFirstChars === null);
		const keys = /* @__PURE__ */ new Set();
		for (const tag of implicitScalarTags) if (tag.implicitFirstChars !== null) for (const key of tag.implicitFirstChars) keys.add(key);
		const implicitScalarByFirstChar = /* @__PURE__ */ new Map();
		for (const key of keys) implicitScalarByFirstChar.set(key, implicitScalarTags.filter((tag) => tag.implicitFirstChars === null || tag.implicitFirstChars.indexOf(key) !== -1));
		const defaultScalarTag = exact.scalar["tag:yaml.org,2002:str"];
		if (!defaultScalarTag) throw new Error("schema does not define the default scalar tag (tag:yaml.org,2002:str)");
		this.tags = compiledTags;
		this.implicitScalarTags = implicitScalarTags;
		this.implicitScalarByFirstChar = implicitScalarByFirstChar;
		this.implicitScalarAnyFirstChar = implicitScalarAnyFirstChar;
		this.defaultScalarTag = defaultScalarTag;
		this.defaultSequenceTag = exact.sequence["tag:yaml.org,2002:seq"];
		this.defaultMappingTag = exact.mapping["tag:yaml.org,2002:map"];
		this.exact = exact;
		this.prefix = prefix;
	}
	/** @internal */
	lookupScalarTag(tagName) {
		const exactTag = this.exact.scalar[tagName];
		if (exactTag) return exactTag;
		for (const tag of this.prefix.scalar) if (tagName.startsWith(tag.tagName)) return tag;
	}
	/** @internal */
	lookupSequenceTag(tagName) {
		const exactTag = this.exact.sequence[tagName];
		if (exactTag) return exactTag;
		for (const tag of this.prefix.sequence) if (tagName.startsWith(tag.tagName)) return tag;
	}
	/** @internal */
	lookupMappingTag(tagName) {
		const exactTag = this.exact.mapping[tagName];
		if (exactTag) return exactTag;
		for (const tag of this.prefix.mapping) if (tagName.startsWith(tag.tagName)) return tag;
	}
	/** @internal */
	resolveImplicitScalarTag(source) {
		const candidates = this.implicitScalarByFirstChar.get(source.charAt(0)) ?? this.implicitScalarAnyFirstChar;
		for (const tag of candidates) {
			const value = tag.resolve(source, false, tag.tagName);
			if (value !== NOT_RESOLVED) return {
				value,
				tag
			};
		}
		const tag = this.defaultScalarTag;
		return {
			value: tag.resolve(source, false, tag.tagName),
			tag
		};
	}
	/**
	* Creates a new schema with the specified tags added. If a tag already
	* exists, it is replaced by the specified tag.
	*
	* @example
	*
	* ```javascript
	* import { CORE_SCHEMA, mergeTag, realMapTag } from 'js-yaml'
	*
	* const schema = CORE_SCHEMA.withTags(mergeTag, realMapTag)
	* ```
	*/
	withTags(...tags) {
		let flatTags = [];
		for (const tag of tags) flatTags = flatTags.concat(tag);
		return new Schema([...this.tags, ...flatTags]);
	}
};
/**
* The YAML 1.2 Failsafe Schema: strings, sequences, and mappings.
*
* @category Schemas
*/
var FAILSAFE_SCHEMA = new Schema([
	strTag,
	seqTag,
	mapTag
]);
/**
* The YAML 1.2 JSON Schema. It uses JSON scalar forms while retaining YAML
* collection syntax.
*
* @category Schemas
*/
var JSON_SCHEMA = new Schema([
	...FAILSAFE_SCHEMA.tags,
	nullJsonTag,
	boolJsonTag,
	intJsonTag,
	floatJsonTag
]);
/**
* The default schema for the loaders. Note, {@link CORE_SCHEMA} comes
* without the `!!merge` tag. You can easily enable it if needed.
*
* @example
* Enable {@link mergeTag}:
*
* ```javascript
* import { load, CORE_SCHEMA, mergeTag } from 'js-yaml'
*
* try {
*   load(data, { schema: CORE_SCHEMA.withTags(mergeTag) })
* } catch (e) {
*   console.error(e)
* }
* ```
*
* @category Schemas
*/
var CORE_SCHEMA = new Schema([
	...FAILSAFE_SCHEMA.tags,
	nullCoreTag,
	boolCoreTag,
	intCoreTag,
	floatCoreTag
]);
/**
* YAML 1.1-compatible schema.
*
* @category Schemas
*/
var YAML11_SCHEMA = new Schema([
	...FAILSAFE_SCHEMA.tags,
	nullYaml11Tag,
	boolYaml11Tag,
	intYaml11Tag,
	floatYaml11Tag,
	timestampTag,
	mergeTag,
	binaryTag,
	omapTag,
	pairsTag,
	setTag
]);
/**
* The dumper schema for maximum compatibility. It combines all supported type
* variants from YAML 1.1 and YAML 1.2 so strings matching any of them are
* quoted. This makes the generated YAML more compatible with other parsers.
*
* The schema is based on YAML 1.1, but extends `!!int` and `!!float` to accept
* both YAML 1.1 and Core Schema forms, since Core Schema supports some forms
* that YAML 1.1 does not.
*
* @category Schemas
*/
var DUMP_SCHEMA = YAML11_SCHEMA.withTags({
	...intYaml11Tag,
	resolve: (source, isExplicit, tagName) => {
		const result = intYaml11Tag.resolve(source, isExplicit, tagName);
		return result === NOT_RESOLVED ? intCoreTag.resolve(source, isExplicit, tagName) : result;
	}
}, {
	...floatYaml11Tag,
	resolve: (source, isExplicit, tagName) => {
		const result = floatYaml11Tag.resolve(source, isExplicit, tagName);
		return result === NOT_RESOLVED ? floatCoreTag.resolve(source, isExplicit, tagName) : result;
	}
});
//#endregion
//#region src/tag/mapping/real_map.ts
/**
* Recommended when non-string keys are actually needed. It uses native
* JavaScript `Map` objects, so keys keep their constructed types instead of
* being converted to strings.
*
* It is not the default to avoid widespread breaking changes in existing
* projects. `Map` has a different access API and does not pass deep equality
* checks against `{}`-based fixtures. Alongside the other changes in v5,
* making it the default was considered too disruptive.
*
* If these differences are acceptable for your project, we recommend using
* {@link realMapTag} to guarantee the absence of problems and side effects.
*
* @example
* Enable {@link realMapTag}:
*
* ```javascript
* import { load, CORE_SCHEMA, realMapTag } from 'js-yaml'
*
* try {
*   load(data, { schema: CORE_SCHEMA.withTags(realMapTag) })
* } catch (e) {
*   console.error(e)
* }
* ```
*
* @category Tags
*/
var realMapTag = defineMappingTag("tag:yaml.org,2002:map", {
	create: () => /* @__PURE__ */ new Map(),
	addPair: (container, key, value) => {
		container.set(key, value);
		return "";
	},
	has: (container, key) => container.has(key),
	keys: (container) => container.keys(),
	get: (container, key) => container.get(key),
	identify: (data) => data instanceof Map || isPlainObject(data),
	represent: (data) => {
		if (data instanceof Map) return data;
		const map = /* @__PURE__ */ new Map();
		const obj = data;
		for (const key of Object.keys(obj)) map.set(key, obj[key]);
		return map;
	}
});
//#endregion
//#region src/tag/mapping/legacy_map.ts
function normalizeKey(key) {
	if (Array.isArray(key)) {
		const array = Array.prototype.slice.call(key);
		for (let index = 0; index < array.length; index++) {
			if (Array.isArray(array[index])) return null;
			if (typeof array[index] === "object" && Object.prototype.toString.call(array[index]) === "[object Object]") array[index] = "[object Object]";
		}
		return String(array);
	}
	if (typeof key === "object" && Object.prototype.toString.call(key) === "[object Object]") return "[object Object]";
	return String(key);
}
/**
* This implementation exists solely to reproduce v4 behavior exactly. Its use
* is strongly discouraged. If complex or non-string keys are needed, use
* {@link realMapTag} instead.
*
* @category Tags
*/
var legacyMapTag = defineMappingTag("tag:yaml.org,2002:map", {
	create: () => ({}),
	identify: isPlainObject,
	represent: (o) => {
		const map = /* @__PURE__ */ new Map();
		for (const key of Object.keys(o)) map.set(key, o[key]);
		return map;
	},
	addPair: (container, key, value) => {
		const normalizedKey = normalizeKey(key);
		if (normalizedKey === null) return "nested arrays are not supported inside keys";
		if (normalizedKey === "__proto__") Object.defineProperty(container, normalizedKey, {
			value,
			enumerable: true,
			configurable: true,
			writable: true
		});
		else container[normalizedKey] = value;
		return "";
	},
	has: (container, key) => {
		const normalizedKey = normalizeKey(key);
		return normalizedKey !== null && Object.prototype.hasOwnProperty.call(container, normalizedKey);
	},
	keys: (container) => Object.keys(container),
	get: (container, key) => {
		const normalizedKey = String(key);
		if (!Object.prototype.hasOwnProperty.call(container, normalizedKey)) return null;
		return container[normalizedKey];
	}
});
//#endregion
//#region src/common/snippet.ts
var DEFAULT_SNIPPET_OPTIONS = {
	maxLength: 79,
	indent: 1,
	linesBefore: 3,
	linesAfter: 2
};
function getLine(buffer, lineStart, lineEnd, position, maxLineLength) {
	let head = "";
	let tail = "";
	const maxHalfLength = Math.floor(maxLineLength / 2) - 1;
	if (position - lineStart > maxHalfLength) {
		head = " ... ";
		lineStart = position - maxHalfLength + head.length;
	}
	if (lineEnd - position > maxHalfLength) {
		tail = " ...";
		lineEnd = position + maxHalfLength - tail.length;
	}
	return {
		str: head + buffer.slice(lineStart, lineEnd).replace(/\t/g, "→") + tail,
		pos: position - lineStart + head.length
	};
}
function padStart(string, max) {
	return " ".repeat(Math.max(max - string.length, 0)) + string;
}
function makeSnippet(mark, options) {
	if (!mark.buffer) return null;
	const opts = {
		...DEFAULT_SNIPPET_OPTIONS,
		...options
	};
	const re = /\r?\n|\r|\0/g;
	const lineStarts = [0];
	const lineEnds = [];
	let match;
	let foundLineNo = -1;
	while (match = re.exec(mark.buffer)) {
		lineEnds.push(match.index);
		lineStarts.push(match.index + match[0].length);
		if (mark.position <= match.index && foundLineNo < 0) foundLineNo = lineStarts.length - 2;
	}
	if (foundLineNo < 0) foundLineNo = lineStarts.length - 1;
	let result = "";
	const lineNoLength = Math.min(mark.line + opts.linesAfter, lineEnds.length).toString().length;
	const maxLineLength = opts.maxLength - (opts.indent + lineNoLength + 3);
	for (let i = 1; i <= opts.linesBefore; i++) {
		if (foundLineNo - i < 0) break;
		const line = getLine(mark.buffer, lineStarts[foundLineNo - i], lineEnds[foundLineNo - i], mark.position - (lineStarts[foundLineNo] - lineStarts[foundLineNo - i]), maxLineLength);
		result = `${" ".repeat(opts.indent)}${padStart((mark.line - i + 1).toString(), lineNoLength)} | ${line.str}\n${result}`;
	}
	const line = getLine(mark.buffer, lineStarts[foundLineNo], lineEnds[foundLineNo], mark.position, maxLineLength);
	result += `${" ".repeat(opts.indent)}${padStart((mark.line + 1).toString(), lineNoLength)} | ${line.str}\n`;
	result += `${"-".repeat(opts.indent + lineNoLength + 3 + line.pos)}^\n`;
	for (let i = 1; i <= opts.linesAfter; i++) {
		if (foundLineNo + i >= lineEnds.length) break;
		const line = getLine(mark.buffer, lineStarts[foundLineNo + i], lineEnds[foundLineNo + i], mark.position - (lineStarts[foundLineNo] - lineStarts[foundLineNo + i]), maxLineLength);
		result += `${" ".repeat(opts.indent)}${padStart((mark.line + i + 1).toString(), lineNoLength)} | ${line.str}\n`;
	}
	return result.replace(/\n$/, "");
}
//#endregion
//#region src/common/exception.ts
function formatError(exception, compact) {
	let where = "";
	if (!exception.mark) return exception.reason;
	if (exception.mark.name) where += `in "${exception.mark.name}" `;
	where += `(${exception.mark.line + 1}:${exception.mark.column + 1})`;
	if (!compact && exception.mark.snippet) where += `\n\n${exception.mark.snippet}`;
	return `${exception.reason} ${where}`;
}
/**
* A YAML error. Unlike an ordinary `Error`, it adds a source snippet showing
* the location of the problem to the error message, when available.
*
* @category Main
*/
var YAMLException = class YAMLException extends Error {
	reason;
	mark;
	/**
	* Optional `mark` contains source snippet data. Usually, use
	* {@link YAMLException.throwAt} instead of passing it directly.
	*/
	constructor(reason, mark) {
		super();
		this.name = "YAMLException";
		this.reason = reason;
		this.mark = mark;
		this.message = formatError(this, false);
		if (Error.captureStackTrace) Error.captureStackTrace(this, this.constructor);
	}
	/**
	* Returns the formatted error, omitting the source snippet in compact mode.
	*/
	toString(compact) {
		return `${this.name}: ${formatError(this, compact)}`;
	}
	/**
	* Builds a YAMLException with a source snippet and throws it. `source` is
	* the raw input text; `position` is an offset into it.
	*/
	static throwAt(source, position, message, filename = "") {
		let line = 0;
		let lineStart = 0;
		for (let index = 0; index < position; index++) {
			const ch = source.charCodeAt(index);
			if (ch === 10) {
				line++;
				lineStart = index + 1;
			} else if (ch === 13) {
				line++;
				if (source.charCodeAt(index + 1) === 10) index++;
				lineStart = index + 1;
			}
		}
		const mark = {
			name: filename,
			buffer: source,
			position,
			line,
			column: position - lineStart
		};
		mark.snippet = makeSnippet(mark);
		throw new YAMLException(message, mark);
	}
};
//#endregion
//#region src/parser/events.ts
/** @category Events */
var EVENT_ID = {
	DOCUMENT: 1,
	SEQUENCE: 2,
	MAPPING: 3,
	SCALAR: 4,
	ALIAS: 5,
	POP: 6
};
/** @category Nodes */
var SCALAR_STYLE = {
	PLAIN: 1,
	SINGLE_QUOTED: 2,
	DOUBLE_QUOTED: 3,
	LITERAL_BLOCK: 4,
	FOLDED_BLOCK: 5
};
/** @category Nodes */
var COLLECTION_STYLE = {
	BLOCK: 1,
	FLOW: 2
};
/** @category Nodes */
var CHOMPING_MODE = {
	CLIP: 1,
	STRIP: 2,
	KEEP: 3
};
//#endregion
//#region src/parser/parser_scalar.ts
var NO_RANGE$3 = -1;
function simpleEscapeSequence(c) {
	switch (c) {
		case 48: return "\0";
		case 97: return "\x07";
		case 98: return "\b";
		case 116: return "	";
		case 9: return "	";
		case 110: return "\n";
		case 118: return "\v";
		case 102: return "\f";
		case 114: return "\r";
		case 101: return "\x1B";
		case 32: return " ";
		case 34: return "\"";
		case 47: return "/";
		case 92: return "\\";
		case 78: return "";
		case 95: return "\xA0";
		case 76: return "\u2028";
		case 80: return "\u2029";
		default: return "";
	}
}
var simpleEscapeCheck = new Array(256);
var simpleEscapeMap = new Array(256);
for (let i = 0; i < 256; i++) {
	simpleEscapeCheck[i] = simpleEscapeSequence(i) ? 1 : 0;
	simpleEscapeMap[i] = simpleEscapeSequence(i);
}
function charFromCodepoint(c) {
	if (c <= 65535) return String.fromCharCode(c);
	return String.fromCharCode((c - 65536 >> 10) + 55296, (c - 65536 & 1023) + 56320);
}
function fromHexCode$1(c) {
	if (c >= 48 && c <= 57) return c - 48;
	return (c | 32) - 97 + 10;
}
function escapedHexLen$1(c) {
	if (c === 120) return 2;
	if (c === 117) return 4;
	return 8;
}
function skipFoldedBreaks(input, position, end) {
	let breaks = 0;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 10) {
			breaks++;
			position++;
		} else if (ch === 13) {
			breaks++;
			position++;
			if (input.charCodeAt(position) === 10) position++;
		} else if (ch === 32 || ch === 9) position++;
		else break;
	}
	return {
		position,
		breaks
	};
}
function foldedBreaks(count) {
	if (count === 1) return " ";
	return "\n".repeat(count - 1);
}
function getPlainValue(input, start, end) {
	let result = "";
	let position = start;
	let captureStart = start;
	let captureEnd = start;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 10 || ch === 13) {
			result += input.slice(captureStart, captureEnd);
			const fold = skipFoldedBreaks(input, position, end);
			result += foldedBreaks(fold.breaks);
			position = captureStart = captureEnd = fold.position;
		} else {
			position++;
			if (ch !== 32 && ch !== 9) captureEnd = position;
		}
	}
	return result + input.slice(captureStart, captureEnd);
}
function getSingleQuotedValue(input, start, end) {
	let result = "";
	let position = start;
	let captureStart = start;
	let captureEnd = start;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 39) {
			result += input.slice(captureStart, position) + "'";
			position += 2;
			captureStart = captureEnd = position;
		} else if (ch === 10 || ch === 13) {
			result += input.slice(captureStart, captureEnd);
			const fold = skipFoldedBreaks(input, position, end);
			result += foldedBreaks(fold.breaks);
			position = captureStart = captureEnd = fold.position;
		} else {
			position++;
			if (ch !== 32 && ch !== 9) captureEnd = position;
		}
	}
	return result + input.slice(captureStart, end);
}
function getDoubleQuotedValue(input, start, end) {
	let result = "";
	let position = start;
	let captureStart = start;
	let captureEnd = start;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 92) {
			result += input.slice(captureStart, position);
			position++;
			const escaped = input.charCodeAt(position);
			if (escaped === 10 || escaped === 13) position = skipFoldedBreaks(input, position, end).position;
			else if (escaped < 256 && simpleEscapeCheck[escaped]) {
				result += simpleEscapeMap[escaped];
				position++;
			} else {
				let hexLength = escapedHexLen$1(escaped);
				let hexResult = 0;
				for (; hexLength > 0; hexLength--) {
					position++;
					const digit = fromHexCode$1(input.charCodeAt(position));
					hexResult = (hexResult << 4) + digit;
				}
				result += charFromCodepoint(hexResult);
				position++;
			}
			captureStart = captureEnd = position;
		} else if (ch === 10 || ch === 13) {
			result += input.slice(captureStart, captureEnd);
			const fold = skipFoldedBreaks(input, position, end);
			result += foldedBreaks(fold.breaks);
			position = captureStart = captureEnd = fold.position;
		} else {
			position++;
			if (ch !== 32 && ch !== 9) captureEnd = position;
		}
	}
	return result + input.slice(captureStart, end);
}
function getBlockValue(input, start, end, indent, chomping, folded) {
	const textIndent = indent < 0 ? 0 : indent;
	const region = input.slice(start, end).replace(/\r\n?/g, "\n");
	const lines = region === "" ? [] : (region.endsWith("\n") ? region.slice(0, -1) : region).split("\n");
	let result = "";
	let didReadContent = false;
	let emptyLines = 0;
	let atMoreIndented = false;
	for (const line of lines) {
		let column = 0;
		while (column < textIndent && line.charCodeAt(column) === 32) column++;
		if (indent < 0 || column >= line.length) {
			emptyLines++;
			continue;
		}
		const content = line.slice(textIndent);
		const first = content.charCodeAt(0);
		if (folded) {
			if (first === 32 || first === 9) {
				atMoreIndented = true;
				result += "\n".repeat(didReadContent ? 1 + emptyLines : emptyLines);
			} else if (atMoreIndented) {
				atMoreIndented = false;
				result += "\n".repeat(emptyLines + 1);
			} else if (emptyLines === 0) {
				if (didReadContent) result += " ";
			} else result += "\n".repeat(emptyLines);
		} else result += "\n".repeat(didReadContent ? 1 + emptyLines : emptyLines);
		result += content;
		didReadContent = true;
		emptyLines = 0;
	}
	if (chomping === CHOMPING_MODE.KEEP) result += "\n".repeat(didReadContent ? 1 + emptyLines : emptyLines);
	else if (chomping !== CHOMPING_MODE.STRIP) {
		if (didReadContent) result += "\n";
	}
	return result;
}
/**
* Decodes the scalar referenced by event offsets in `input`.
*
* @category Events
*/
function getScalarValue(input, scalar) {
	if (scalar.valueStart === NO_RANGE$3) return "";
	const { valueStart, valueEnd } = scalar;
	if (scalar.fast) return input.slice(valueStart, valueEnd);
	switch (scalar.style) {
		case SCALAR_STYLE.SINGLE_QUOTED: return getSingleQuotedValue(input, valueStart, valueEnd);
		case SCALAR_STYLE.DOUBLE_QUOTED: return getDoubleQuotedValue(input, valueStart, valueEnd);
		case SCALAR_STYLE.LITERAL_BLOCK: return getBlockValue(input, valueStart, valueEnd, scalar.indent, scalar.chomping, false);
		case SCALAR_STYLE.FOLDED_BLOCK: return getBlockValue(input, valueStart, valueEnd, scalar.indent, scalar.chomping, true);
		default: return getPlainValue(input, valueStart, valueEnd);
	}
}
//#endregion
//#region src/common/tagname.ts
var DEFAULT_TAG_HANDLERS = Object.assign(Object.create(null), {
	"!": "!",
	"!!": "tag:yaml.org,2002:"
});
var TAG_SUFFIX_CHARS = "-#;/?:@&=+$_.~*'()";
var TAG_URI_CHARS = TAG_SUFFIX_CHARS + "!,[]";
var HEX = "0123456789ABCDEF";
function percentByte(byte) {
	return "%" + HEX[byte >> 4] + HEX[byte & 15];
}
function tagPercentEncode(source, isSuffix) {
	const allowed = isSuffix ? TAG_SUFFIX_CHARS : TAG_URI_CHARS;
	let result = "";
	for (let index = 0; index < source.length; index++) {
		let ch = source.charCodeAt(index);
		if (ch >= 48 && ch <= 57 || ch >= 65 && ch <= 90 || ch >= 97 && ch <= 122 || allowed.includes(source[index])) {
			result += source[index];
			continue;
		}
		if (ch >= 55296 && ch <= 56319) ch = 65536 + ((ch & 1023) << 10) + (source.charCodeAt(++index) & 1023);
		if (ch < 128) result += percentByte(ch);
		else if (ch < 2048) result += percentByte(192 | ch >> 6) + percentByte(128 | ch & 63);
		else if (ch < 65536) result += percentByte(224 | ch >> 12) + percentByte(128 | ch >> 6 & 63) + percentByte(128 | ch & 63);
		else result += percentByte(240 | ch >> 18) + percentByte(128 | ch >> 12 & 63) + percentByte(128 | ch >> 6 & 63) + percentByte(128 | ch & 63);
	}
	return result;
}
function tagPercentDecode(source) {
	let result = "";
	let index = 0;
	while (index < source.length) {
		if (source.charCodeAt(index) !== 37) {
			result += source[index++];
			continue;
		}
		let ch = parseInt(source.slice(index + 1, index + 3), 16);
		index += 3;
		if (ch >= 192) {
			let remaining = ch < 224 ? 1 : ch < 240 ? 2 : 3;
			ch &= (1 << 6 - remaining) - 1;
			while (remaining-- > 0) {
				ch = ch << 6 | parseInt(source.slice(index + 1, index + 3), 16) & 63;
				index += 3;
			}
		}
		if (ch < 65536) result += String.fromCharCode(ch);
		else {
			ch -= 65536;
			result += String.fromCharCode(55296 | ch >> 10, 56320 | ch & 1023);
		}
	}
	return result;
}
function tagNameFull(rawTag, tagHandlers) {
	if (rawTag.startsWith("!<") && rawTag.endsWith(">")) return tagPercentDecode(rawTag.slice(2, -1));
	const handleEnd = rawTag.indexOf("!", 1);
	const handle = handleEnd === -1 ? "!" : rawTag.slice(0, handleEnd + 1);
	return tagPercentDecode(tagHandlers?.[handle] ?? DEFAULT_TAG_HANDLERS[handle] ?? handle) + tagPercentDecode(rawTag.slice(handle.length));
}
function tagNameShort(fullTag) {
	let tag = fullTag;
	if (tag.charCodeAt(0) === 33) {
		tag = tag.slice(1);
		return `!${tagPercentEncode(tag, true)}`;
	}
	if (tag.slice(0, 18) === "tag:yaml.org,2002:") return `!!${tagPercentEncode(tag.slice(18), true)}`;
	return `!<${tagPercentEncode(tag, false)}>`;
}
//#endregion
//#region src/parser/constructor.ts
var NO_RANGE$2 = -1;
var MERGE_TAG_NAME = "tag:yaml.org,2002:merge";
var DEFAULT_CONSTRUCTOR_OPTIONS = {
	filename: "",
	schema: CORE_SCHEMA,
	json: false,
	maxTotalMergeKeys: 1e4,
	maxAliases: -1
};
function eventPosition$1(event) {
	if ("tagStart" in event && event.tagStart !== NO_RANGE$2) return event.tagStart;
	if ("anchorStart" in event && event.anchorStart !== NO_RANGE$2) return event.anchorStart;
	if ("valueStart" in event && event.valueStart !== NO_RANGE$2) return event.valueStart;
	if ("start" in event) return event.start;
	return 0;
}
function throwError$1(state, message) {
	YAMLException.throwAt(state.source, state.position, message, state.filename);
}
function finalizeCollection(state, position, tag, carrier) {
	try {
		return tag.finalize(carrier);
	} catch (error) {
		if (error instanceof YAMLException) throw error;
		YAMLException.throwAt(state.source, position, error instanceof Error ? error.message : String(error), state.filename);
	}
}
function constructScalar(state, event) {
	const source = getScalarValue(state.source, event);
	const rawTag = event.tagStart === NO_RANGE$2 ? "" : state.source.slice(event.tagStart, event.tagEnd);
	const strTag = state.schema.defaultScalarTag;
	if (rawTag !== "") {
		if (rawTag === "!") return {
			value: source,
			tag: strTag
		};
		const tagName = tagNameFull(rawTag, state.tagHandlers);
		const scalarTag = state.schema.lookupScalarTag(tagName);
		if (scalarTag) {
			const result = scalarTag.resolve(source, true, tagName);
			if (result === NOT_RESOLVED) throwError$1(state, `cannot resolve a node with !<${tagName}> explicit tag`);
			return {
				value: result,
				tag: scalarTag
			};
		}
		const collectionTagDef = state.schema.lookupMappingTag(tagName) ?? state.schema.lookupSequenceTag(tagName);
		if (collectionTagDef) {
			if (source !== "") throwError$1(state, `cannot resolve a node with !<${tagName}> explicit tag`);
			const carrier = collectionTagDef.create(tagName);
			return {
				value: collectionTagDef.carrierIsResult ? carrier : finalizeCollection(state, state.position, collectionTagDef, carrier),
				tag: collectionTagDef
			};
		}
		throwError$1(state, `unknown scalar tag !<${tagName}>`);
	}
	if (event.style === SCALAR_STYLE.PLAIN) return state.schema.resolveImplicitScalarTag(source);
	return {
		value: strTag.resolve(source, false, strTag.tagName),
		tag: strTag
	};
}
function collectionTagName(state, event, defaultTagName) {
	const rawTag = event.tagStart === NO_RANGE$2 ? "" : state.source.slice(event.tagStart, event.tagEnd);
	return rawTag === "" || rawTag === "!" ? defaultTagName : tagNameFull(rawTag, state.tagHandlers);
}
function isMappingTag(tag) {
	return tag.nodeKind === "mapping";
}
function chargeMergeWork(state) {
	state.totalMergeKeys++;
	if (state.maxTotalMergeKeys !== -1 && state.totalMergeKeys > state.maxTotalMergeKeys) throwError$1(state, `merge keys exceeded maxTotalMergeKeys (${state.maxTotalMergeKeys})`);
}
function mergeKeys(state, frame, source, sourceTag) {
	chargeMergeWork(state);
	for (const sourceKey of sourceTag.keys(source)) {
		chargeMergeWork(state);
		if (frame.tag.has(frame.value, sourceKey)) continue;
		const err = frame.tag.addPair(frame.value, sourceKey, sourceTag.get(source, sourceKey));
		if (err) throwError$1(state, err);
		frame.overridable ??= /* @__PURE__ */ new Set();
		frame.overridable.add(sourceKey);
	}
}
function mergeSource(state, frame, source, sourceTag) {
	state.position = frame.keyPosition;
	if (isMappingTag(sourceTag)) mergeKeys(state, frame, source, sourceTag);
	else if (sourceTag.nodeKind === "sequence" && Array.isArray(source)) {
		if (source.length > 100) throwError$1(state, "abnormal merge sequence size");
		for (const element of source) {
			const elementTag = state.nodeTags.get(element);
			if (!elementTag) throwError$1(state, "cannot merge mappings; the provided source object is unacceptable");
			mergeKeys(state, frame, element, elementTag);
		}
	} else throwError$1(state, "cannot merge mappings; the provided source object is unacceptable");
}
function addMappingValue(state, frame, key, value, tag) {
	state.position = frame.keyPosition;
	if (frame.keyIsMerge) {
		mergeSource(state, frame, value, tag);
		return;
	}
	if (!state.json && frame.tag.has(frame.value, key) && !frame.overridable?.has(key)) throwError$1(state, "duplicated mapping key");
	const err = frame.tag.addPair(frame.value, key, value);
	if (err) throwError$1(state, err);
	frame.overridable?.delete(key);
}
function addValue(state, value, tag) {
	const frame = state.frames[state.frames.length - 1];
	if (frame.kind === "document") {
		frame.value = value;
		frame.hasValue = true;
	} else if (frame.kind === "sequence") {
		if (isMappingTag(tag)) state.nodeTags.set(value, tag);
		const err = frame.tag.addItem(frame.value, value, frame.index++);
		if (err) throwError$1(state, err);
	} else if (frame.hasKey) {
		const key = frame.key;
		frame.key = void 0;
		frame.hasKey = false;
		addMappingValue(state, frame, key, value, tag);
	} else {
		frame.key = value;
		frame.keyPosition = state.position;
		frame.hasKey = true;
		frame.keyIsMerge = tag.tagName === MERGE_TAG_NAME;
	}
}
function storeAnchor(state, event, value, tag, isValueFinal) {
	if (event.anchorStart !== NO_RANGE$2) {
		const anchor = {
			value,
			tag,
			isValueFinal
		};
		state.anchors.set(state.source.slice(event.anchorStart, event.anchorEnd), anchor);
		return anchor;
	}
	return null;
}
/**
* Constructs JavaScript documents directly from parser events, without an
* intermediate AST.
*
* @category Events
*/
function constructFromEvents(events, options) {
	const state = {
		...DEFAULT_CONSTRUCTOR_OPTIONS,
		...options,
		events,
		documents: [],
		eventIndex: 0,
		position: 0,
		frames: [],
		anchors: /* @__PURE__ */ new Map(),
		nodeTags: /* @__PURE__ */ new Map(),
		tagHandlers: Object.create(null),
		totalMergeKeys: 0,
		aliasCount: 0
	};
	while (state.eventIndex < state.events.length) {
		const event = state.events[state.eventIndex++];
		state.position = eventPosition$1(event);
		switch (event.type) {
			case EVENT_ID.DOCUMENT:
				state.anchors = /* @__PURE__ */ new Map();
				state.nodeTags = /* @__PURE__ */ new Map();
				state.aliasCount = 0;
				state.tagHandlers = Object.create(null);
				for (const directive of event.directives) if (directive.kind === "tag") state.tagHandlers[directive.handle] = directive.prefix;
				state.frames.push({
					kind: "document",
					position: state.position,
					value: void 0,
					hasValue: false
				});
				break;
			case EVENT_ID.SCALAR: {
				const { value, tag } = constructScalar(state, event);
				storeAnchor(state, event, value, tag, true);
				addValue(state, value, tag);
				break;
			}
			case EVENT_ID.SEQUENCE: {
				const tagName = collectionTagName(state, event, "tag:yaml.org,2002:seq");
				const tag = state.schema.lookupSequenceTag(tagName);
				if (!tag) throwError$1(state, `unknown sequence tag !<${tagName}>`);
				const value = tag.create(tagName);
				const anchor = storeAnchor(state, event, value, tag, tag.carrierIsResult);
				state.frames.push({
					kind: "sequence",
					position: state.position,
					value,
					tag,
					anchor,
					index: 0
				});
				break;
			}
			case EVENT_ID.MAPPING: {
				const tagName = collectionTagName(state, event, "tag:yaml.org,2002:map");
				const tag = state.schema.lookupMappingTag(tagName);
				if (!tag) throwError$1(state, `unknown mapping tag !<${tagName}>`);
				const value = tag.create(tagName);
				const anchor = storeAnchor(state, event, value, tag, tag.carrierIsResult);
				state.frames.push({
					kind: "mapping",
					position: state.position,
					value,
					tag,
					anchor,
					key: void 0,
					keyPosition: state.position,
					hasKey: false,
					keyIsMerge: false,
					overridable: null
				});
				break;
			}
			case EVENT_ID.ALIAS: {
				if (state.maxAliases !== -1 && ++state.aliasCount > state.maxAliases) throwError$1(state, `aliases exceeded maxAliases (${state.maxAliases})`);
				const name = state.source.slice(event.anchorStart, event.anchorEnd);
				const anchor = state.anchors.get(name);
				if (!anchor) throwError$1(state, `unidentified alias "${name}"`);
				if (!anchor.isValueFinal) throwError$1(state, `recursive alias "${name}" is not supported for tag ${anchor.tag.tagName} because it uses finalize()`);
				addValue(state, anchor.value, anchor.tag);
				break;
			}
			case EVENT_ID.POP: {
				const frame = state.frames.pop();
				if (frame.kind === "mapping" && frame.hasKey) {
					state.position = frame.keyPosition;
					throwError$1(state, "incomplete mapping pair in event stream");
				}
				if (frame.kind === "document") state.documents.push(frame.value);
				else {
					const value = frame.tag.carrierIsResult ? frame.value : finalizeCollection(state, frame.position, frame.tag, frame.value);
					if (frame.anchor) {
						frame.anchor.value = value;
						frame.anchor.isValueFinal = true;
					}
					addValue(state, value, frame.tag);
				}
				break;
			}
		}
	}
	return state.documents;
}
//#endregion
//#region src/parser/parser.ts
var NO_RANGE$1 = -1;
var HAS_OWN = Object.prototype.hasOwnProperty;
var CONTEXT_FLOW_IN = 1;
var CONTEXT_FLOW_OUT = 2;
var CONTEXT_BLOCK_IN = 3;
var CONTEXT_BLOCK_OUT = 4;
var PATTERN_NON_PRINTABLE = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/;
var PATTERN_FLOW_INDICATORS = /[,\[\]{}]/;
var PATTERN_TAG_HANDLE = /^(?:!|!!|![0-9A-Za-z-]+!)$/;
var NS_URI_CHAR = String.raw`(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z\-#;/?:@&=+$,_.!~*'()\[\]])`;
var NS_TAG_CHAR = String.raw`(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z\-#;/?:@&=+$.~*'()_])`;
var PATTERN_TAG_URI = new RegExp(`^(?:${NS_URI_CHAR})*$`);
var PATTERN_TAG_SUFFIX = new RegExp(`^(?:${NS_TAG_CHAR})+$`);
var PATTERN_TAG_PREFIX = new RegExp(`^(?:!(?:${NS_URI_CHAR})*|${NS_TAG_CHAR}(?:${NS_URI_CHAR})*)$`);
var DEFAULT_PARSER_OPTIONS = {
	filename: "",
	maxDepth: 100
};
function addDocumentEvent(state, explicitStart, explicitEnd) {
	state.events.push({
		type: EVENT_ID.DOCUMENT,
		explicitStart,
		explicitEnd,
		directives: state.directives
	});
}
function addSequenceEvent(state, start, anchorStart, anchorEnd, tagStart, tagEnd, style) {
	state.events.push({
		type: EVENT_ID.SEQUENCE,
		start,
		anchorStart,
		anchorEnd,
		tagStart,
		tagEnd,
		style
	});
}
function addMappingEvent(state, start, anchorStart, anchorEnd, tagStart, tagEnd, style) {
	state.events.push({
		type: EVENT_ID.MAPPING,
		start,
		anchorStart,
		anchorEnd,
		tagStart,
		tagEnd,
		style
	});
}
function insertFlowPairMappingEvent(state, snapshot) {
	state.events.splice(snapshot.eventsLength, 0, {
		type: EVENT_ID.MAPPING,
		start: snapshot.position,
		anchorStart: NO_RANGE$1,
		anchorEnd: NO_RANGE$1,
		tagStart: NO_RANGE$1,
		tagEnd: NO_RANGE$1,
		style: COLLECTION_STYLE.FLOW
	});
}
function addScalarEvent(state, valueStart, valueEnd, anchorStart, anchorEnd, tagStart, tagEnd, style, chomping = CHOMPING_MODE.CLIP, indent = -1, fast = false) {
	state.events.push({
		type: EVENT_ID.SCALAR,
		valueStart,
		valueEnd,
		anchorStart,
		anchorEnd,
		tagStart,
		tagEnd,
		style,
		chomping,
		indent,
		fast
	});
}
function addAliasEvent(state, anchorStart, anchorEnd) {
	state.events.push({
		type: EVENT_ID.ALIAS,
		anchorStart,
		anchorEnd
	});
}
function addPopEvent(state) {
	state.events.push({ type: EVENT_ID.POP });
}
function addEmptyScalarEvent(state) {
	addScalarEvent(state, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, SCALAR_STYLE.PLAIN);
}
function emptyProperties() {
	return {
		anchorStart: NO_RANGE$1,
		anchorEnd: NO_RANGE$1,
		tagStart: NO_RANGE$1,
		tagEnd: NO_RANGE$1
	};
}
function snapshotState(state) {
	return {
		position: state.position,
		line: state.line,
		lineStart: state.lineStart,
		lineIndent: state.lineIndent,
		firstTabInLine: state.firstTabInLine,
		eventsLength: state.events.length
	};
}
function restoreState(state, snapshot) {
	state.position = snapshot.position;
	state.line = snapshot.line;
	state.lineStart = snapshot.lineStart;
	state.lineIndent = snapshot.lineIndent;
	state.firstTabInLine = snapshot.firstTabInLine;
	state.events.length = snapshot.eventsLength;
}
function throwError(state, message) {
	YAMLException.throwAt(state.input.slice(0, state.length), state.position, message, state.filename);
}
function isEol(c) {
	return c === 10 || c === 13;
}
function isWhiteSpace(c) {
	return c === 9 || c === 32;
}
function isWsOrEol(c) {
	return isWhiteSpace(c) || isEol(c);
}
function isWsOrEolOrEnd(c) {
	return c === 0 || isWsOrEol(c);
}
function isFlowIndicator(c) {
	return c === 44 || c === 91 || c === 93 || c === 123 || c === 125;
}
function fromDecimalCode(c) {
	return c >= 48 && c <= 57 ? c - 48 : -1;
}
function fromHexCode(c) {
	if (c >= 48 && c <= 57) return c - 48;
	const lc = c | 32;
	if (lc >= 97 && lc <= 102) return lc - 97 + 10;
	return -1;
}
function escapedHexLen(c) {
	if (c === 120) return 2;
	if (c === 117) return 4;
	if (c === 85) return 8;
	return 0;
}
function isSimpleEscape(c) {
	return c === 48 || c === 97 || c === 98 || c === 116 || c === 9 || c === 110 || c === 118 || c === 102 || c === 114 || c === 101 || c === 32 || c === 34 || c === 47 || c === 92 || c === 78 || c === 95 || c === 76 || c === 80;
}
function consumeLineBreak(state) {
	if (state.input.charCodeAt(state.position) === 10) state.position++;
	else {
		state.position++;
		if (state.input.charCodeAt(state.position) === 10) state.position++;
	}
	state.line++;
	state.lineStart = state.position;
	state.lineIndent = 0;
	state.firstTabInLine = -1;
}
function skipSeparationSpace(state, allowComments) {
	let lineBreaks = 0;
	let ch = state.input.charCodeAt(state.position);
	let hasSeparation = state.position === state.lineStart || isWsOrEol(state.input.charCodeAt(state.position - 1));
	while (ch !== 0) {
		while (isWhiteSpace(ch)) {
			hasSeparation = true;
			if (ch === 9 && state.firstTabInLine === -1) state.firstTabInLine = state.position;
			ch = state.input.charCodeAt(++state.position);
		}
		if (allowComments && hasSeparation && ch === 35) do
			ch = state.input.charCodeAt(++state.position);
		while (!isEol(ch) && ch !== 0);
		if (!isEol(ch)) break;
		consumeLineBreak(state);
		lineBreaks++;
		hasSeparation = true;
		ch = state.input.charCodeAt(state.position);
		while (ch === 32) {
			state.lineIndent++;
			ch = state.input.charCodeAt(++state.position);
		}
	}
	return lineBreaks;
}
function testDocumentSeparator(state, position = state.position) {
	const ch = state.input.charCodeAt(position);
	if ((ch === 45 || ch === 46) && ch === state.input.charCodeAt(position + 1) && ch === state.input.charCodeAt(position + 2)) {
		const following = state.input.charCodeAt(position + 3);
		return following === 0 || isWsOrEol(following);
	}
	return false;
}
function skipByteOrderMark(state) {
	if (state.position === state.lineStart && state.input.charCodeAt(state.position) === 65279) {
		state.position++;
		state.lineStart = state.position;
	}
}
function testDocumentBoundary(state) {
	if (state.position !== state.lineStart) return false;
	if (testDocumentSeparator(state)) return true;
	if (state.input.charCodeAt(state.position) !== 65279) return false;
	const snapshot = snapshotState(state);
	skipByteOrderMark(state);
	skipSeparationSpace(state, true);
	const ch = state.input.charCodeAt(state.position);
	const result = state.position === state.lineStart && (ch === 37 || ch === 45 && testDocumentSeparator(state));
	restoreState(state, snapshot);
	return result;
}
function skipUntilLineEnd(state) {
	let ch = state.input.charCodeAt(state.position);
	while (ch !== 0 && !isEol(ch)) ch = state.input.charCodeAt(++state.position);
}
function checkPrintable(state, start, end) {
	const match = PATTERN_NON_PRINTABLE.exec(state.input.slice(start, end));
	if (match !== null) {
		state.position = start + match.index + match[0].length - 1;
		throwError(state, "the stream contains non-printable characters");
	}
}
function readTagProperty(state, props, inFlow) {
	if (state.input.charCodeAt(state.position) !== 33) return false;
	if (props.tagStart !== NO_RANGE$1) throwError(state, "duplication of a tag property");
	const start = state.position;
	let isVerbatim = false;
	let isNamed = false;
	let tagHandle = "!";
	let ch = state.input.charCodeAt(++state.position);
	if (ch === 60) {
		isVerbatim = true;
		ch = state.input.charCodeAt(++state.position);
	} else if (ch === 33) {
		isNamed = true;
		tagHandle = "!!";
		ch = state.input.charCodeAt(++state.position);
	}
	let suffixStart = state.position;
	let tagName;
	if (isVerbatim) {
		while (ch !== 0 && ch !== 62) ch = state.input.charCodeAt(++state.position);
		if (ch !== 62) throwError(state, "unexpected end of the stream within a verbatim tag");
		tagName = state.input.slice(suffixStart, state.position);
		state.position++;
	} else {
		while (ch !== 0 && !isWsOrEol(ch) && !(inFlow && isFlowIndicator(ch))) {
			if (ch === 33) {
				if (!isNamed) {
					tagHandle = state.input.slice(suffixStart - 1, state.position + 1);
					if (!PATTERN_TAG_HANDLE.test(tagHandle)) throwError(state, "named tag handle cannot contain such characters");
					isNamed = true;
					suffixStart = state.position + 1;
				} else throwError(state, "tag suffix cannot contain exclamation marks");
			}
			ch = state.input.charCodeAt(++state.position);
		}
		tagName = state.input.slice(suffixStart, state.position);
		if (PATTERN_FLOW_INDICATORS.test(tagName)) throwError(state, "tag suffix cannot contain flow indicator characters");
	}
	if (tagName && !(isVerbatim ? PATTERN_TAG_URI.test(tagName) : PATTERN_TAG_SUFFIX.test(tagName))) throwError(state, `tag name cannot contain such characters: ${tagName}`);
	if (!isVerbatim && tagHandle !== "!" && tagHandle !== "!!" && !HAS_OWN.call(state.tagHandlers, tagHandle)) throwError(state, `undeclared tag handle "${tagHandle}"`);
	props.tagStart = start;
	props.tagEnd = state.position;
	return true;
}
function readAnchorProperty(state, props) {
	if (state.input.charCodeAt(state.position) !== 38) return false;
	if (props.anchorStart !== NO_RANGE$1) throwError(state, "duplication of an anchor property");
	state.position++;
	const start = state.position;
	while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position)) && !isFlowIndicator(state.input.charCodeAt(state.position))) state.position++;
	if (state.position === start) throwError(state, "name of an anchor node must contain at least one character");
	props.anchorStart = start;
	props.anchorEnd = state.position;
	return true;
}
function readAlias(state, props) {
	if (state.input.charCodeAt(state.position) !== 42) return false;
	if (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1) throwError(state, "alias node should not have any properties");
	state.position++;
	const start = state.position;
	while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position)) && !isFlowIndicator(state.input.charCodeAt(state.position))) state.position++;
	if (state.position === start) throwError(state, "name of an alias node must contain at least one character");
	addAliasEvent(state, start, state.position);
	return true;
}
function readFlowScalarBreak(state, nodeIndent) {
	skipSeparationSpace(state, false);
	if (state.lineIndent < nodeIndent) throwError(state, "deficient indentation");
}
function readSingleQuotedScalar(state, nodeIndent, props) {
	if (state.input.charCodeAt(state.position) !== 39) return false;
	state.position++;
	const start = state.position;
	let simple = true;
	while (state.input.charCodeAt(state.position) !== 0) {
		const ch = state.input.charCodeAt(state.position);
		if (ch === 39) {
			if (state.input.charCodeAt(state.position + 1) === 39) {
				simple = false;
				state.position += 2;
				continue;
			}
			const end = state.position;
			state.position++;
			addScalarEvent(state, start, end, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.SINGLE_QUOTED, CHOMPING_MODE.CLIP, -1, simple);
			return true;
		}
		if (isEol(ch)) {
			simple = false;
			readFlowScalarBreak(state, nodeIndent);
		} else if (state.position === state.lineStart && testDocumentSeparator(state)) throwError(state, "unexpected end of the document within a single quoted scalar");
		else if (ch !== 9 && ch < 32) throwError(state, "expected valid JSON character");
		else state.position++;
	}
	throwError(state, "unexpected end of the stream within a single quoted scalar");
}
function readDoubleQuotedScalar(state, nodeIndent, props) {
	if (state.input.charCodeAt(state.position) !== 34) return false;
	state.position++;
	const start = state.position;
	let simple = true;
	while (state.input.charCodeAt(state.position) !== 0) {
		const ch = state.input.charCodeAt(state.position);
		if (ch === 34) {
			const end = state.position;
			state.position++;
			addScalarEvent(state, start, end, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.DOUBLE_QUOTED, CHOMPING_MODE.CLIP, -1, simple);
			return true;
		}
		if (ch === 92) {
			simple = false;
			const escaped = state.input.charCodeAt(++state.position);
			if (isEol(escaped)) readFlowScalarBreak(state, nodeIndent);
			else if (isSimpleEscape(escaped)) state.position++;
			else {
				let hexLength = escapedHexLen(escaped);
				if (hexLength === 0) throwError(state, "unknown escape sequence");
				while (hexLength-- > 0) {
					state.position++;
					if (fromHexCode(state.input.charCodeAt(state.position)) < 0) throwError(state, "expected hexadecimal character");
				}
				state.position++;
			}
		} else if (isEol(ch)) {
			simple = false;
			readFlowScalarBreak(state, nodeIndent);
		} else if (state.position === state.lineStart && testDocumentSeparator(state)) throwError(state, "unexpected end of the document within a double quoted scalar");
		else if (ch !== 9 && ch < 32) throwError(state, "expected valid JSON character");
		else state.position++;
	}
	throwError(state, "unexpected end of the stream within a double quoted scalar");
}
function readBlockScalar(state, parentIndent, props) {
	const ch = state.input.charCodeAt(state.position);
	let chomping = CHOMPING_MODE.CLIP;
	let indent = -1;
	let detectedIndent = false;
	if (ch !== 124 && ch !== 62) return false;
	const style = ch === 124 ? SCALAR_STYLE.LITERAL_BLOCK : SCALAR_STYLE.FOLDED_BLOCK;
	state.position++;
	while (state.input.charCodeAt(state.position) !== 0) {
		const current = state.input.charCodeAt(state.position);
		const digit = fromDecimalCode(current);
		if (current === 43 || current === 45) {
			if (chomping !== CHOMPING_MODE.CLIP) throwError(state, "repeat of a chomping mode identifier");
			chomping = current === 43 ? CHOMPING_MODE.KEEP : CHOMPING_MODE.STRIP;
			state.position++;
		} else if (digit >= 0) {
			if (digit === 0) throwError(state, "bad explicit indentation width of a block scalar; it cannot be less than one");
			if (detectedIndent) throwError(state, "repeat of an indentation width identifier");
			indent = parentIndent + digit - 1;
			detectedIndent = true;
			state.position++;
		} else break;
	}
	let hadWhitespace = false;
	while (isWhiteSpace(state.input.charCodeAt(state.position))) {
		hadWhitespace = true;
		state.position++;
	}
	if (hadWhitespace && state.input.charCodeAt(state.position) === 35) skipUntilLineEnd(state);
	if (isEol(state.input.charCodeAt(state.position))) consumeLineBreak(state);
	else if (state.input.charCodeAt(state.position) !== 0) throwError(state, "a line break is expected");
	let contentIndent = detectedIndent ? indent : -1;
	let maxLeadingIndent = 0;
	const valueStart = state.position;
	let valueEnd = state.position;
	while (state.input.charCodeAt(state.position) !== 0) {
		const linePosition = state.position;
		let column = 0;
		while (state.input.charCodeAt(linePosition + column) === 32) column++;
		const first = state.input.charCodeAt(linePosition + column);
		if (first === 0) {
			if (contentIndent >= 0) {
				if (column > contentIndent) valueEnd = linePosition + column;
			} else if (column > 0) valueEnd = linePosition + column;
			break;
		}
		if (testDocumentBoundary(state)) break;
		if (!detectedIndent && contentIndent === -1 && isEol(first)) maxLeadingIndent = Math.max(maxLeadingIndent, column);
		if (!detectedIndent && contentIndent === -1 && !isEol(first)) {
			if (first === 9 && column < parentIndent) {
				state.position = linePosition + column;
				throwError(state, "tab characters must not be used in indentation");
			}
			if (column >= parentIndent && column < maxLeadingIndent) {
				state.position = linePosition + column;
				throwError(state, "bad indentation of a mapping entry");
			}
		}
		if (contentIndent === -1 && first !== 0 && !isEol(first) && column < parentIndent) {
			state.lineIndent = column;
			state.position = linePosition + column;
			break;
		}
		if (!detectedIndent && first !== 0 && !isEol(first) && contentIndent === -1) contentIndent = column;
		const requiredIndent = contentIndent === -1 ? parentIndent + 1 : contentIndent;
		if (first !== 0 && !isEol(first) && column < requiredIndent) {
			state.lineIndent = column;
			state.position = linePosition + column;
			break;
		}
		skipUntilLineEnd(state);
		valueEnd = state.position;
		if (isEol(state.input.charCodeAt(state.position))) {
			consumeLineBreak(state);
			valueEnd = state.position;
		}
	}
	checkPrintable(state, valueStart, valueEnd);
	addScalarEvent(state, valueStart, valueEnd, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, style, chomping, contentIndent);
	return true;
}
function canStartPlainScalar(state, nodeContext) {
	const ch = state.input.charCodeAt(state.position);
	const inFlow = nodeContext === CONTEXT_FLOW_IN;
	if (ch === 0 || isWsOrEol(ch) || ch === 35 || ch === 38 || ch === 42 || ch === 33 || ch === 124 || ch === 62 || ch === 39 || ch === 34 || ch === 37 || ch === 64 || ch === 96 || isFlowIndicator(ch)) return false;
	if (ch === 63 || ch === 45) {
		const following = state.input.charCodeAt(state.position + 1);
		if (isWsOrEolOrEnd(following) || inFlow && isFlowIndicator(following)) return false;
	}
	return true;
}
function readPlainScalar(state, nodeIndent, nodeContext, props) {
	if (!canStartPlainScalar(state, nodeContext)) return false;
	const start = state.position;
	let end = state.position;
	let ch = state.input.charCodeAt(state.position);
	const inFlow = nodeContext === CONTEXT_FLOW_IN;
	let multiline = false;
	while (ch !== 0) {
		if (testDocumentBoundary(state)) break;
		if (ch === 58) {
			const following = state.input.charCodeAt(state.position + 1);
			if (isWsOrEolOrEnd(following) || inFlow && isFlowIndicator(following)) break;
		} else if (ch === 35) {
			if (isWsOrEol(state.input.charCodeAt(state.position - 1))) break;
		} else if (inFlow && isFlowIndicator(ch)) break;
		else if (isEol(ch)) {
			const savedPosition = state.position;
			const savedLine = state.line;
			const savedLineStart = state.lineStart;
			const savedLineIndent = state.lineIndent;
			skipSeparationSpace(state, false);
			if (state.lineIndent >= nodeIndent) {
				multiline = true;
				ch = state.input.charCodeAt(state.position);
				continue;
			}
			state.position = savedPosition;
			state.line = savedLine;
			state.lineStart = savedLineStart;
			state.lineIndent = savedLineIndent;
			break;
		}
		if (!isWhiteSpace(ch)) end = state.position + 1;
		ch = state.input.charCodeAt(++state.position);
	}
	if (end === start) return false;
	checkPrintable(state, start, end);
	addScalarEvent(state, start, end, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.PLAIN, CHOMPING_MODE.CLIP, -1, !multiline);
	return true;
}
function skipFlowSeparationSpace(state, nodeIndent) {
	const startLine = state.line;
	skipSeparationSpace(state, true);
	if (state.line > startLine && state.lineIndent < nodeIndent || state.firstTabInLine !== -1 && state.lineIndent < nodeIndent) throwError(state, "deficient indentation");
}
function readFlowCollection(state, nodeIndent, props) {
	const ch = state.input.charCodeAt(state.position);
	const isMapping = ch === 123;
	const start = state.position;
	let readNext = true;
	if (ch !== 91 && ch !== 123) return false;
	const terminator = isMapping ? 125 : 93;
	if (isMapping) addMappingEvent(state, start, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.FLOW);
	else addSequenceEvent(state, start, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.FLOW);
	state.position++;
	while (state.input.charCodeAt(state.position) !== 0) {
		skipFlowSeparationSpace(state, nodeIndent);
		let ch = state.input.charCodeAt(state.position);
		if (ch === terminator) {
			state.position++;
			addPopEvent(state);
			return true;
		} else if (!readNext) throwError(state, "missed comma between flow collection entries");
		else if (ch === 44) throwError(state, "expected the node content, but found ','");
		let isPair = false;
		let isExplicitPair = false;
		if (ch === 63 && isWsOrEol(state.input.charCodeAt(state.position + 1))) {
			isPair = isExplicitPair = true;
			state.position += 1;
			skipFlowSeparationSpace(state, nodeIndent);
		}
		const entryLine = state.line;
		const entryStart = snapshotState(state);
		const keyWasRead = parseNode(state, nodeIndent, CONTEXT_FLOW_IN, false, true);
		skipFlowSeparationSpace(state, nodeIndent);
		ch = state.input.charCodeAt(state.position);
		if ((isMapping || isExplicitPair || state.line === entryLine) && ch === 58) {
			isPair = true;
			state.position++;
			skipFlowSeparationSpace(state, nodeIndent);
			if (!isMapping) {
				insertFlowPairMappingEvent(state, entryStart);
				if (!keyWasRead) addEmptyScalarEvent(state);
			} else if (!keyWasRead) addEmptyScalarEvent(state);
			if (!parseNode(state, nodeIndent, CONTEXT_FLOW_IN, false, true)) addEmptyScalarEvent(state);
			skipFlowSeparationSpace(state, nodeIndent);
			if (!isMapping) addPopEvent(state);
		} else if (isMapping && isPair) {
			if (!keyWasRead) addEmptyScalarEvent(state);
			addEmptyScalarEvent(state);
		} else if (isMapping) addEmptyScalarEvent(state);
		else if (isPair) {
			insertFlowPairMappingEvent(state, entryStart);
			if (!keyWasRead) addEmptyScalarEvent(state);
			addEmptyScalarEvent(state);
			addPopEvent(state);
		}
		ch = state.input.charCodeAt(state.position);
		if (ch === 44) {
			readNext = true;
			state.position++;
		} else readNext = false;
	}
	throwError(state, "unexpected end of the stream within a flow collection");
}
function readBlockSequence(state, nodeIndent, props) {
	if (state.firstTabInLine !== -1 || state.input.charCodeAt(state.position) !== 45 || !isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) return false;
	addSequenceEvent(state, state.position, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.BLOCK);
	while (state.input.charCodeAt(state.position) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) {
		if (state.firstTabInLine !== -1) {
			state.position = state.firstTabInLine;
			throwError(state, "tab characters must not be used in indentation");
		}
		const entryLine = state.line;
		state.position++;
		const hadBreak = skipSeparationSpace(state, true) > 0;
		if (state.firstTabInLine !== -1 && state.input.charCodeAt(state.position) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) throwError(state, "bad indentation of a sequence entry");
		if (hadBreak && state.lineIndent <= nodeIndent) addEmptyScalarEvent(state);
		else parseNode(state, nodeIndent, CONTEXT_BLOCK_IN, false, true);
		skipSeparationSpace(state, true);
		if (state.lineIndent < nodeIndent || state.position >= state.length) break;
		if (state.lineIndent > nodeIndent) throwError(state, "bad indentation of a sequence entry");
		if (state.line === entryLine && state.input.charCodeAt(state.position) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) throwError(state, "bad indentation of a sequence entry");
	}
	addPopEvent(state);
	return true;
}
function readBlockMapping(state, nodeIndent, flowIndent, props) {
	let atExplicitKey = false;
	let detected = false;
	let mappingOpened = false;
	let pendingExplicitKey = false;
	if (state.firstTabInLine !== -1) return false;
	let ch = state.input.charCodeAt(state.position);
	while (ch !== 0) {
		if (!atExplicitKey && state.firstTabInLine !== -1) {
			state.position = state.firstTabInLine;
			throwError(state, "tab characters must not be used in indentation");
		}
		const following = state.input.charCodeAt(state.position + 1);
		const entryLine = state.line;
		if ((ch === 63 || ch === 58) && isWsOrEolOrEnd(following)) {
			if (!mappingOpened) {
				addMappingEvent(state, state.position, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.BLOCK);
				mappingOpened = true;
			}
			if (ch === 63) {
				if (atExplicitKey) addEmptyScalarEvent(state);
				detected = true;
				atExplicitKey = true;
			} else if (atExplicitKey) atExplicitKey = false;
			else {
				addEmptyScalarEvent(state);
				detected = true;
				atExplicitKey = false;
			}
			state.position += 1;
			pendingExplicitKey = true;
		} else {
			if (atExplicitKey) {
				addEmptyScalarEvent(state);
				atExplicitKey = false;
			}
			const beforeKey = snapshotState(state);
			if (!parseNode(state, flowIndent, CONTEXT_FLOW_OUT, false, true)) break;
			if (state.line === entryLine) {
				ch = state.input.charCodeAt(state.position);
				while (isWhiteSpace(ch)) ch = state.input.charCodeAt(++state.position);
				if (ch === 58) {
					ch = state.input.charCodeAt(++state.position);
					if (!isWsOrEolOrEnd(ch)) throwError(state, "a whitespace character is expected after the key-value separator within a block mapping");
					if (!mappingOpened) {
						state.events.splice(beforeKey.eventsLength, 0, {
							type: EVENT_ID.MAPPING,
							start: beforeKey.position,
							anchorStart: props.anchorStart,
							anchorEnd: props.anchorEnd,
							tagStart: props.tagStart,
							tagEnd: props.tagEnd,
							style: COLLECTION_STYLE.BLOCK
						});
						mappingOpened = true;
					}
					detected = true;
					atExplicitKey = false;
					pendingExplicitKey = false;
				} else if (detected) throwError(state, "expected ':' after a mapping key");
				else {
					if (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1) {
						restoreState(state, beforeKey);
						return false;
					}
					return true;
				}
			} else if (detected) throwError(state, "can not read a block mapping entry; a multiline key may not be an implicit key");
			else {
				if (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1) {
					restoreState(state, beforeKey);
					return false;
				}
				return true;
			}
		}
		if (parseNode(state, nodeIndent, CONTEXT_BLOCK_OUT, true, pendingExplicitKey)) pendingExplicitKey = false;
		if (!atExplicitKey) {
			if (pendingExplicitKey) {
				addEmptyScalarEvent(state);
				pendingExplicitKey = false;
			}
		}
		skipSeparationSpace(state, true);
		ch = state.input.charCodeAt(state.position);
		if ((state.line === entryLine || state.lineIndent > nodeIndent) && ch !== 0) throwError(state, "bad indentation of a mapping entry");
		else if (state.lineIndent < nodeIndent) break;
	}
	if (!detected) return false;
	if (atExplicitKey) addEmptyScalarEvent(state);
	if (mappingOpened) addPopEvent(state);
	return true;
}
function parseNode(state, parentIndent, nodeContext, allowToSeek, allowCompact, allowPropertyMapping = true) {
	if (state.depth >= state.maxDepth) throwError(state, `nesting exceeded maxDepth (${state.maxDepth})`);
	state.depth++;
	let indentStatus = 1;
	let atNewLine = false;
	let hasContent = false;
	let propertyStart = null;
	const props = emptyProperties();
	let allowBlockScalars = nodeContext === CONTEXT_BLOCK_OUT || nodeContext === CONTEXT_BLOCK_IN;
	let allowBlockCollections = allowBlockScalars;
	const allowBlockStyles = allowBlockScalars;
	if (allowToSeek && skipSeparationSpace(state, true)) {
		atNewLine = true;
		if (state.lineIndent > parentIndent) indentStatus = 1;
		else if (state.lineIndent === parentIndent) indentStatus = 0;
		else indentStatus = -1;
	}
	if (indentStatus === 1) while (true) {
		const ch = state.input.charCodeAt(state.position);
		const propertyState = snapshotState(state);
		if (atNewLine && indentStatus !== 1 && (ch === 33 || ch === 38)) break;
		if (atNewLine && allowBlockStyles && (props.tagStart !== NO_RANGE$1 || props.anchorStart !== NO_RANGE$1) && (ch === 33 || ch === 38)) {
			const fallbackState = snapshotState(state);
			const flowIndent = parentIndent + 1;
			if (readBlockMapping(state, state.position - state.lineStart, flowIndent, props) && state.events[fallbackState.eventsLength]?.type === EVENT_ID.MAPPING) {
				state.depth--;
				return true;
			}
			restoreState(state, fallbackState);
		}
		if (atNewLine && (ch === 33 && props.tagStart !== NO_RANGE$1 || ch === 38 && props.anchorStart !== NO_RANGE$1)) break;
		if (!readTagProperty(state, props, nodeContext === CONTEXT_FLOW_IN) && !readAnchorProperty(state, props)) break;
		if (propertyStart === null) propertyStart = propertyState;
		if (skipSeparationSpace(state, true)) {
			atNewLine = true;
			allowBlockCollections = allowBlockStyles;
			if (state.lineIndent > parentIndent) indentStatus = 1;
			else if (state.lineIndent === parentIndent) indentStatus = 0;
			else indentStatus = -1;
		} else allowBlockCollections = false;
	}
	if (allowBlockCollections) allowBlockCollections = atNewLine || allowCompact;
	if (indentStatus === 1 || nodeContext === CONTEXT_BLOCK_OUT) {
		const flowIndent = nodeContext === CONTEXT_FLOW_IN || nodeContext === CONTEXT_FLOW_OUT ? parentIndent : parentIndent + 1;
		const blockIndent = state.position - state.lineStart;
		if (indentStatus === 1) {
			if (allowBlockCollections && (readBlockSequence(state, blockIndent, props) || readBlockMapping(state, blockIndent, flowIndent, props)) || readFlowCollection(state, flowIndent, props)) hasContent = true;
			else {
				const ch = state.input.charCodeAt(state.position);
				if (propertyStart !== null && allowPropertyMapping && allowBlockStyles && !allowBlockCollections && ch !== 124 && ch !== 62) {
					const fallbackState = snapshotState(state);
					const propertyIndent = propertyStart.position - propertyStart.lineStart;
					restoreState(state, propertyStart);
					if (readBlockMapping(state, propertyIndent, flowIndent, emptyProperties()) && state.events[fallbackState.eventsLength]?.type === EVENT_ID.MAPPING) hasContent = true;
					else restoreState(state, fallbackState);
				}
				if (!hasContent && (allowBlockScalars && readBlockScalar(state, flowIndent, props) || readSingleQuotedScalar(state, flowIndent, props) || readDoubleQuotedScalar(state, flowIndent, props) || readAlias(state, props) || readPlainScalar(state, flowIndent, nodeContext, props))) hasContent = true;
			}
		} else if (indentStatus === 0) hasContent = allowBlockCollections && readBlockSequence(state, blockIndent, props);
	}
	allowBlockScalars = allowBlockScalars && !hasContent;
	if (!hasContent && (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1 || allowBlockScalars)) {
		addScalarEvent(state, NO_RANGE$1, NO_RANGE$1, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.PLAIN);
		hasContent = true;
	}
	state.depth--;
	return hasContent || props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1;
}
function readDirective(state) {
	if (state.lineIndent > 0 || state.input.charCodeAt(state.position) !== 37) return false;
	state.position++;
	const nameStart = state.position;
	while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position))) state.position++;
	const name = state.input.slice(nameStart, state.position);
	const args = [];
	if (name.length === 0) throwError(state, "directive name must not be less than one character in length");
	while (state.input.charCodeAt(state.position) !== 0 && !isEol(state.input.charCodeAt(state.position))) {
		while (isWhiteSpace(state.input.charCodeAt(state.position))) state.position++;
		if (state.input.charCodeAt(state.position) === 35 || isEol(state.input.charCodeAt(state.position)) || state.input.charCodeAt(state.position) === 0) break;
		const start = state.position;
		while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position))) state.position++;
		args.push(state.input.slice(start, state.position));
	}
	if (isEol(state.input.charCodeAt(state.position))) consumeLineBreak(state);
	if (name === "YAML") {
		if (state.directives.some((directive) => directive.kind === "yaml")) throwError(state, "duplication of %YAML directive");
		if (args.length !== 1) throwError(state, "YAML directive accepts exactly one argument");
		const match = /^([0-9]+)\.([0-9]+)$/.exec(args[0]);
		if (match === null) throwError(state, "ill-formed argument of the YAML directive");
		if (parseInt(match[1], 10) !== 1) throwError(state, "unacceptable YAML version of the document");
		state.directives.push({
			kind: "yaml",
			version: args[0]
		});
	} else if (name === "TAG") {
		if (args.length !== 2) throwError(state, "TAG directive accepts exactly two arguments");
		const [handle, prefix] = args;
		if (!PATTERN_TAG_HANDLE.test(handle)) throwError(state, "ill-formed tag handle (first argument) of the TAG directive");
		if (HAS_OWN.call(state.tagHandlers, handle)) throwError(state, `there is a previously declared suffix for "${handle}" tag handle`);
		if (!PATTERN_TAG_PREFIX.test(prefix)) throwError(state, "ill-formed tag prefix (second argument) of the TAG directive");
		state.tagHandlers[handle] = prefix;
		state.directives.push({
			kind: "tag",
			handle,
			prefix
		});
	}
	return true;
}
function readDocument(state) {
	state.directives = [];
	state.tagHandlers = Object.create(null);
	let hasDirectives = false;
	skipSeparationSpace(state, true);
	while (readDirective(state)) {
		hasDirectives = true;
		skipSeparationSpace(state, true);
	}
	let explicitStart = false;
	let explicitEnd = false;
	let allowCompact = true;
	if (state.lineIndent === 0 && state.input.charCodeAt(state.position) === 45 && state.input.charCodeAt(state.position + 1) === 45 && state.input.charCodeAt(state.position + 2) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 3))) {
		explicitStart = true;
		const markerLine = state.line;
		state.position += 3;
		skipSeparationSpace(state, true);
		allowCompact = state.line > markerLine;
	} else if (hasDirectives) throwError(state, "directives end mark is expected");
	const documentEventIndex = state.events.length;
	if (!explicitStart && state.position === state.lineStart && state.input.charCodeAt(state.position) === 46 && testDocumentSeparator(state)) {
		state.position += 3;
		skipSeparationSpace(state, true);
		return;
	}
	addDocumentEvent(state, explicitStart, false);
	if (!parseNode(state, state.lineIndent - 1, CONTEXT_BLOCK_OUT, false, allowCompact, allowCompact)) addEmptyScalarEvent(state);
	skipSeparationSpace(state, true);
	if (state.position === state.lineStart && testDocumentSeparator(state)) {
		explicitEnd = state.input.charCodeAt(state.position) === 46;
		if (explicitEnd) {
			const markerLine = state.line;
			state.position += 3;
			skipSeparationSpace(state, true);
			if (state.line === markerLine && state.position < state.length) throwError(state, "end of the stream or a document separator is expected");
		}
	}
	const documentEvent = state.events[documentEventIndex];
	if (documentEvent?.type === EVENT_ID.DOCUMENT) documentEvent.explicitEnd = explicitEnd;
	addPopEvent(state);
	if (!explicitEnd && state.position < state.length && !testDocumentBoundary(state)) throwError(state, "end of the stream or a document separator is expected");
}
/**
* Parses YAML into a flat event stream referencing source text by offsets.
*
* @category Events
*/
function parseEvents(input, options) {
	const length = input.length;
	const state = {
		...DEFAULT_PARSER_OPTIONS,
		...options,
		input: `${input}\0`,
		length,
		position: 0,
		line: 0,
		lineStart: 0,
		lineIndent: 0,
		firstTabInLine: -1,
		depth: 0,
		directives: [],
		tagHandlers: Object.create(null),
		events: []
	};
	const nullpos = input.indexOf("\0");
	if (nullpos !== -1) YAMLException.throwAt(input, nullpos, "null byte is not allowed in input", state.filename);
	while (state.position < state.length) {
		skipByteOrderMark(state);
		skipSeparationSpace(state, true);
		if (state.position >= state.length) break;
		const documentStart = state.position;
		readDocument(state);
		if (state.position === documentStart)
 /* c8 ignore next */
		throwError(state, "can not read a document");
	}
	return state.events;
}
//#endregion
//#region src/load.ts
var DEFAULT_LOAD_OPTIONS = {
	...DEFAULT_PARSER_OPTIONS,
	...DEFAULT_CONSTRUCTOR_OPTIONS
};
function loadDocuments(input, options = {}) {
	const opts = {
		...DEFAULT_LOAD_OPTIONS,
		...options
	};
	const source = String(input);
	const PARSER_OPT_KEYS = Object.keys(DEFAULT_PARSER_OPTIONS);
	const CONSTRUCTOR_OPT_KEYS = Object.keys(DEFAULT_CONSTRUCTOR_OPTIONS);
	return constructFromEvents(parseEvents(source, pick(opts, PARSER_OPT_KEYS)), {
		...pick(opts, CONSTRUCTOR_OPT_KEYS),
		source
	});
}
function loadAll(input, iteratorOrOptions, options) {
	let iterator = null;
	if (typeof iteratorOrOptions === "function") iterator = iteratorOrOptions;
	else if (iteratorOrOptions !== null && typeof iteratorOrOptions === "object") options = iteratorOrOptions;
	const documents = loadDocuments(input, options);
	if (iterator === null) return documents;
	for (const document of documents) iterator(document);
}
/**
* Parses `string` as a single YAML document. Throws {@link YAMLException} on
* error. This function does not understand multi-document or empty sources; it
* throws an exception on those.
*
* > [!NOTE]
* > 1. When processing untrusted input, see the
* >    [security considerations](../docs/safety.md).
* > 2. All exceptions MUST be caught, not just {@link YAMLException}.
* > 3. The default {@link CORE_SCHEMA} comes without the `!!merge` tag. You can
* >    easily enable it if needed.
* > 4. The default {@link mapTag} is `{}`-object based, with known limitations
* >    (see description). For full compatibility use {@link realMapTag}
* >    instead (it uses native JS `Map`).
*
* @example
* Enable {@link mergeTag} and {@link realMapTag}:
*
* ```javascript
* import { load, CORE_SCHEMA, mergeTag, realMapTag } from 'js-yaml'
*
* try {
*   load(data, { schema: CORE_SCHEMA.withTags(mergeTag, realMapTag) })
* } catch (e) {
*   console.error(e)
* }
* ```
*
* @category Main
*/
function load(input, options) {
	const documents = loadDocuments(input, options);
	if (documents.length === 0) throw new YAMLException("expected a document, but the input is empty");
	if (documents.length === 1) return documents[0];
	throw new YAMLException("expected a single document in the stream, but found more");
}
//#endregion
//#region src/ast/from_js.ts
var INVALID = Symbol("INVALID");
function buildRepresentTypes(schema) {
	const defaultTags = new Set([
		schema.defaultScalarTag,
		schema.defaultSequenceTag,
		schema.defaultMappingTag
	].filter((t) => t !== void 0));
	const implicitScalars = schema.implicitScalarTags;
	const explicitTags = schema.tags.filter((t) => !(t.nodeKind === "scalar" && t.implicit) && !defaultTags.has(t));
	const defaultTagsLast = schema.tags.filter((t) => defaultTags.has(t));
	return [
		...implicitScalars.map((tag) => ({
			tag,
			implicitTag: true
		})),
		...explicitTags.map((tag) => ({
			tag,
			implicitTag: false
		})),
		...defaultTagsLast.map((tag) => ({
			tag,
			implicitTag: true
		}))
	];
}
function matchTag(state, object) {
	for (let index = 0, length = state.representTypes.length; index < length; index += 1) {
		const { tag, implicitTag } = state.representTypes[index];
		if (tag.identify(object)) {
			let tagName;
			if (tag.matchByTagPrefix) tagName = tag.representTagName(object);
			else tagName = tag.tagName;
			return {
				tag,
				tagName,
				implicitTag
			};
		}
	}
	return null;
}
function build(state, object) {
	if (!state.noRefs && object !== null && typeof object === "object") {
		const existing = state.refs.get(object);
		if (existing) {
			if (existing.anchor === void 0) existing.anchor = `ref_${state.refCounter++}`;
			return {
				kind: "alias",
				anchor: existing.anchor
			};
		}
	}
	const matched = matchTag(state, object);
	if (!matched) {
		if (object === void 0) return INVALID;
		if (state.skipInvalid) return INVALID;
		throw new YAMLException(`unacceptable kind of an object to dump ${Object.prototype.toString.call(object)}`);
	}
	const { tag, tagName, implicitTag } = matched;
	const nodeTagName = implicitTag ? tagName : tagNameShort(tagName);
	if (tag.nodeKind === "scalar") return {
		kind: "scalar",
		tag: nodeTagName,
		tagged: !implicitTag,
		style: SCALAR_STYLE.PLAIN,
		value: tag.represent(object)
	};
	if (tag.nodeKind === "sequence") {
		const container = tag.represent(object);
		const node = {
			kind: "sequence",
			tag: nodeTagName,
			tagged: !implicitTag,
			style: COLLECTION_STYLE.BLOCK,
			items: []
		};
		if (!state.noRefs) state.refs.set(object, node);
		for (let index = 0, length = container.length; index < length; index += 1) {
			let item = build(state, container[index]);
			if (item === INVALID && container[index] === void 0) item = build(state, null);
			if (item === INVALID) continue;
			node.items.push(item);
		}
		return node;
	}
	const map = tag.represent(object);
	const node = {
		kind: "mapping",
		tag: nodeTagName,
		tagged: !implicitTag,
		style: COLLECTION_STYLE.BLOCK,
		items: []
	};
	if (!state.noRefs) state.refs.set(object, node);
	for (const [objectKey, objectValue] of map) {
		const key = build(state, objectKey);
		if (key === INVALID) continue;
		const value = build(state, objectValue);
		if (value === INVALID) continue;
		node.items.push({
			key,
			value
		});
	}
	return node;
}
/**
* Convert JS object to AST. A JS value is one YAML document. An unrepresentable
* root becomes an empty document, which the presenter renders as an empty
* string.
*
* @category AST
*/
function jsToAst(input, schema, options = {}) {
	const root = build({
		representTypes: buildRepresentTypes(schema),
		noRefs: options.noRefs ?? false,
		skipInvalid: options.skipInvalid ?? false,
		refs: /* @__PURE__ */ new Map(),
		refCounter: 0
	}, input);
	return [{
		contents: root === INVALID ? null : root,
		directives: []
	}];
}
//#endregion
//#region src/ast/visit.ts
/**
* Return from a visitor to stop the whole traversal.
*
* @category AST
*/
var VISIT_BREAK = Symbol("visit:break");
/**
* Return from a visitor to skip the current node's children.
*
* @category AST
*/
var VISIT_SKIP = Symbol("visit:skip");
function visitNode(node, visitor, ctx) {
	const control = visitor(node, ctx);
	if (control === VISIT_BREAK) return true;
	if (control === VISIT_SKIP) return false;
	const depth = ctx.depth + 1;
	switch (node.kind) {
		case "sequence":
			for (const item of node.items) if (visitNode(item, visitor, {
				depth,
				parent: node,
				isKey: false
			})) return true;
			break;
		case "mapping": for (const { key, value } of node.items) {
			if (visitNode(key, visitor, {
				depth,
				parent: node,
				isKey: true
			})) return true;
			if (visitNode(value, visitor, {
				depth,
				parent: node,
				isKey: false
			})) return true;
		}
	}
	return false;
}
/**
* Walk every node in the documents, calling {@link Visitor} once per
* node (pre-order).
*
* @category AST
*/
function visit(documents, visitor) {
	for (const doc of documents) if (doc.contents && visitNode(doc.contents, visitor, {
		depth: 0,
		parent: null,
		isKey: false
	})) return;
}
//#endregion
//#region src/ast/styler_defaults.ts
function hasBit(mask, bit) {
	return (mask & 1 << bit) !== 0;
}
/**
* Default scalar styling rules in application order.
* See [Scalar styling](../../docs/scalar_styling.md) for usage details.
*
* @category AST
*/
var DEFAULT_SCALAR_STYLE_RULES = {
	applyQuoteFlowKeysOption,
	doubleQuoteForInvisibles,
	doubleQuoteWhitespaceOnly,
	applyForceQuotesOption,
	tryLongOrMultilineAsBlock,
	quoteInvalidPlain,
	fallbackToDoubleQuoted
};
function _preferredQuotedStyle(layout) {
	if (layout.presenterOptions.quoteStyle === "single" && hasBit(layout.allowedStylesMask, SCALAR_STYLE.SINGLE_QUOTED)) return SCALAR_STYLE.SINGLE_QUOTED;
	return SCALAR_STYLE.DOUBLE_QUOTED;
}
function applyQuoteFlowKeysOption(layout) {
	if (!layout.presenterOptions.quoteFlowKeys) return;
	if (!layout.isKey || !layout.flowOnly || layout.style !== SCALAR_STYLE.PLAIN) return;
	layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
function doubleQuoteForInvisibles(layout) {
	if (layout.style === SCALAR_STYLE.PLAIN && /[\t\x7F-\xA0\u2028\u2029\uFEFF\uFFFE\uFFFF]/.test(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
function doubleQuoteWhitespaceOnly(layout) {
	if (layout.style === SCALAR_STYLE.PLAIN && /^\s+$/.test(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
function applyForceQuotesOption(layout) {
	if (!layout.presenterOptions.forceQuotes) return;
	if (layout.isKey || layout.style !== SCALAR_STYLE.PLAIN) return;
	if (layout.node.tag !== layout.presenterOptions.schema.defaultScalarTag.tagName) return;
	layout.style = layout.node.value.includes("\n") ? SCALAR_STYLE.DOUBLE_QUOTED : _preferredQuotedStyle(layout);
}
function tryLongOrMultilineAsBlock(layout) {
	if (layout.style !== SCALAR_STYLE.PLAIN || layout.isKey) return;
	const value = layout.node.value;
	const multiline = value.indexOf("\n") !== -1;
	if (!hasBit(layout.allowedStylesMask, SCALAR_STYLE.LITERAL_BLOCK)) {
		if (multiline) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
		return;
	}
	const w = layout.presenterOptions.lineWidth;
	if (w === -1) {
		if (multiline) layout.style = SCALAR_STYLE.LITERAL_BLOCK;
		return;
	}
	const availableWidth = Math.max(Math.min(w, 40), w - layout.shiftOfContent);
	let position = 0;
	let shouldFold = false;
	while (position <= value.length) {
		let lineEnd = value.length;
		const nextLineBreak = value.indexOf("\n", position);
		if (nextLineBreak !== -1) lineEnd = nextLineBreak;
		const line = value.slice(position, lineEnd);
		if (line.length > availableWidth && line[0] !== " " && / [^ \t]/.test(line)) shouldFold = true;
		if (nextLineBreak === -1) break;
		position = nextLineBreak + 1;
	}
	if (shouldFold) layout.style = SCALAR_STYLE.FOLDED_BLOCK;
	else if (multiline) layout.style = SCALAR_STYLE.LITERAL_BLOCK;
}
function quoteInvalidPlain(layout) {
	if (layout.style === SCALAR_STYLE.PLAIN && !hasBit(layout.allowedStylesMask, SCALAR_STYLE.PLAIN)) layout.style = _preferredQuotedStyle(layout);
}
function fallbackToDoubleQuoted(layout) {
	if (!hasBit(layout.allowedStylesMask, layout.style)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
//#endregion
//#region src/ast/scalar_styler.ts
function setBit(mask, bit) {
	return mask | 1 << bit;
}
var SRC_C_PRINTABLE = "[\\x09\\x0A\\x0D\\x20-\\x7E\\x85\\xA0-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]";
var SRC_B_CHAR = "[\\n\\r]";
var SRC_C_BYTE_ORDER_MARK = "\\uFEFF";
var SRC_S_WHITE = "[ \\t]";
var SRC_NB_CHAR = `(?:(?!(?:${SRC_B_CHAR}|${SRC_C_BYTE_ORDER_MARK}))${SRC_C_PRINTABLE})`;
var SRC_NS_CHAR = `(?:(?!${SRC_S_WHITE})${SRC_NB_CHAR})`;
var SRC_NB_JSON = "[\\x09\\x20-\\uD7FF\\uE000-\\uFFFF\\u{10000}-\\u{10FFFF}]";
var SRC_C_INDICATOR = "[-?:,\\[\\]{}#&*!|>'\"%@`]";
var SRC_C_FLOW_INDICATOR = "[,\\[\\]{}]";
var SRC_NS_PLAIN_SAFE_FLOW_OUT = SRC_NS_CHAR;
var SRC_NS_PLAIN_SAFE_FLOW_IN = `(?:(?!${SRC_C_FLOW_INDICATOR})${SRC_NS_CHAR})`;
var SRC_NS_PLAIN_FIRST_FLOW_OUT = `(?:(?:(?!${SRC_C_INDICATOR})${SRC_NS_CHAR})|[?:-](?=${SRC_NS_PLAIN_SAFE_FLOW_OUT}))`;
var SRC_NS_PLAIN_FIRST_FLOW_IN = `(?:(?:(?!${SRC_C_INDICATOR})${SRC_NS_CHAR})|[?:-](?=${SRC_NS_PLAIN_SAFE_FLOW_IN}))`;
var SRC_NS_PLAIN_CHAR_FLOW_OUT = `(?:(?:(?![:#])${SRC_NS_PLAIN_SAFE_FLOW_OUT})|:(?=${SRC_NS_PLAIN_SAFE_FLOW_OUT}))#*`;
var SRC_NS_PLAIN_CHAR_FLOW_IN = `(?:(?:(?![:#])${SRC_NS_PLAIN_SAFE_FLOW_IN})|:(?=${SRC_NS_PLAIN_SAFE_FLOW_IN}))#*`;
var SRC_NB_NS_PLAIN_IN_LINE_FLOW_OUT = `(?:${SRC_S_WHITE}*${SRC_NS_PLAIN_CHAR_FLOW_OUT})*`;
var SRC_NB_NS_PLAIN_IN_LINE_FLOW_IN = `(?:${SRC_S_WHITE}*${SRC_NS_PLAIN_CHAR_FLOW_IN})*`;
var SRC_NS_PLAIN_ONE_LINE_FLOW_OUT = `${SRC_NS_PLAIN_FIRST_FLOW_OUT}#*${SRC_NB_NS_PLAIN_IN_LINE_FLOW_OUT}`;
var SRC_NS_PLAIN_ONE_LINE_FLOW_IN = `${SRC_NS_PLAIN_FIRST_FLOW_IN}#*${SRC_NB_NS_PLAIN_IN_LINE_FLOW_IN}`;
var SRC_NS_PLAIN_ONE_LINE_BLOCK_KEY = SRC_NS_PLAIN_ONE_LINE_FLOW_OUT;
var SRC_NS_PLAIN_ONE_LINE_FLOW_KEY = SRC_NS_PLAIN_ONE_LINE_FLOW_IN;
var SRC_S_NS_PLAIN_NEXT_LINE_FLOW_OUT = `\\n+${SRC_NS_PLAIN_CHAR_FLOW_OUT}${SRC_NB_NS_PLAIN_IN_LINE_FLOW_OUT}`;
var SRC_S_NS_PLAIN_NEXT_LINE_FLOW_IN = `\\n+${SRC_NS_PLAIN_CHAR_FLOW_IN}${SRC_NB_NS_PLAIN_IN_LINE_FLOW_IN}`;
var SRC_NS_PLAIN_MULTI_LINE_FLOW_OUT = `${SRC_NS_PLAIN_ONE_LINE_FLOW_OUT}(?:${SRC_S_NS_PLAIN_NEXT_LINE_FLOW_OUT})*`;
var SRC_NS_PLAIN_MULTI_LINE_FLOW_IN = `${SRC_NS_PLAIN_ONE_LINE_FLOW_IN}(?:${SRC_S_NS_PLAIN_NEXT_LINE_FLOW_IN})*`;
var NS_PLAIN_FLOW_OUT = new RegExp(`^(?:${SRC_NS_PLAIN_MULTI_LINE_FLOW_OUT})$`, "u");
var NS_PLAIN_FLOW_IN = new RegExp(`^(?:${SRC_NS_PLAIN_MULTI_LINE_FLOW_IN})$`, "u");
var NS_PLAIN_BLOCK_KEY = new RegExp(`^(?:${SRC_NS_PLAIN_ONE_LINE_BLOCK_KEY})$`, "u");
var NS_PLAIN_FLOW_KEY = new RegExp(`^(?:${SRC_NS_PLAIN_ONE_LINE_FLOW_KEY})$`, "u");
var NB_SINGLE_ONE_LINE = new RegExp(`^(?:${SRC_NB_JSON})*$`, "u");
var NB_SINGLE_MULTI_LINE = new RegExp(`^(?:${SRC_NB_JSON}|\\n)*$`, "u");
var BLOCK_SCALAR_CONTENT = new RegExp(`^(?:${SRC_NB_CHAR}|\\n)*$`, "u");
var C_FORBIDDEN_FIRST_LINE = /^(?:---|\.\.\.)(?=$|[ \t\n\r])/;
var C_FORBIDDEN_CONTENT = /^(?:---|\.\.\.)(?=$|[ \t\n\r])/m;
function canUsePlain(layout) {
	const str = layout.node.value;
	if (str !== "") {
		if (!(layout.isKey ? layout.flowOnly ? NS_PLAIN_FLOW_KEY : NS_PLAIN_BLOCK_KEY : layout.flowOnly ? NS_PLAIN_FLOW_IN : NS_PLAIN_FLOW_OUT).test(str)) return false;
		if (layout.shiftOfFirstLine === 0 && C_FORBIDDEN_FIRST_LINE.test(str)) return false;
		if (layout.shiftOfContent === 0) {
			const firstLineBreak = str.indexOf("\n");
			if (firstLineBreak !== -1) {
				const content = str.slice(firstLineBreak + 1);
				if (C_FORBIDDEN_CONTENT.test(content)) return false;
			}
		}
	}
	const resolvedTag = layout.presenterOptions.schema.resolveImplicitScalarTag(str).tag.tagName;
	if (!layout.node.tagged && resolvedTag !== layout.node.tag) return false;
	if (!layout.node.tagged && str === "=" && resolvedTag === layout.presenterOptions.schema.defaultScalarTag.tagName) return false;
	return true;
}
function canUseSingleQuoted(layout) {
	const str = layout.node.value;
	if (!(layout.isKey ? NB_SINGLE_ONE_LINE : NB_SINGLE_MULTI_LINE).test(str)) return false;
	if (/[ \t]\n|\n[ \t]/.test(str)) return false;
	if (!layout.isKey && layout.shiftOfContent === 0) {
		const firstLineBreak = str.indexOf("\n");
		if (firstLineBreak !== -1 && C_FORBIDDEN_CONTENT.test(str.slice(firstLineBreak + 1))) return false;
	}
	return true;
}
function canUseBlock(layout) {
	if (layout.flowOnly || !BLOCK_SCALAR_CONTENT.test(layout.node.value)) return false;
	const contentIndent = layout.shiftOfContent - layout.shiftOfParent;
	if (contentIndent < 1) return false;
	if (contentIndent > 9 && /^\n* /.test(layout.node.value)) return false;
	if (layout.shiftOfContent === 0 && C_FORBIDDEN_CONTENT.test(layout.node.value)) return false;
	return true;
}
function detectAllowedStyles(layout) {
	let mask = setBit(0, SCALAR_STYLE.DOUBLE_QUOTED);
	if (canUsePlain(layout)) mask = setBit(mask, SCALAR_STYLE.PLAIN);
	if (canUseSingleQuoted(layout)) mask = setBit(mask, SCALAR_STYLE.SINGLE_QUOTED);
	if (canUseBlock(layout)) mask = setBit(setBit(mask, SCALAR_STYLE.LITERAL_BLOCK), SCALAR_STYLE.FOLDED_BLOCK);
	layout.allowedStylesMask = mask;
}
function renderScalar(layout) {
	switch (layout.style) {
		case SCALAR_STYLE.PLAIN: return renderPlain(layout);
		case SCALAR_STYLE.SINGLE_QUOTED: return renderSingleQuoted(layout);
		case SCALAR_STYLE.LITERAL_BLOCK: return renderLiteralBlock(layout);
		case SCALAR_STYLE.FOLDED_BLOCK: return renderFoldedBlock(layout);
		case SCALAR_STYLE.DOUBLE_QUOTED: return renderDoubleQuoted(layout);
	}
}
function renderPlain(layout) {
	return encodeFlowBreaks(layout.node.value, layout.shiftOfContent);
}
function renderSingleQuoted(layout) {
	return `'${encodeFlowBreaks(layout.node.value, layout.shiftOfContent).replace(/'/g, "''")}'`;
}
function renderLiteralBlock(layout) {
	const value = layout.node.value;
	return "|" + blockHeader(value, layout.shiftOfParent, layout.shiftOfContent) + dropEndingNewline(indentString(value, layout.shiftOfContent));
}
function renderFoldedBlock(layout) {
	const value = layout.node.value;
	const w = layout.presenterOptions.lineWidth;
	let availableWidth = Infinity;
	if (w !== -1) availableWidth = Math.max(Math.min(w, 40), w - layout.shiftOfContent);
	return ">" + blockHeader(value, layout.shiftOfParent, layout.shiftOfContent) + dropEndingNewline(indentString(foldBlockScalar(value, availableWidth), layout.shiftOfContent));
}
function renderDoubleQuoted(layout) {
	return `"${escapeString(layout.node.value)}"`;
}
function encodeFlowBreaks(string, shiftOfContent) {
	let nextLF = string.indexOf("\n");
	if (nextLF === -1) return string;
	const pad = " ".repeat(shiftOfContent);
	let result = string.slice(0, nextLF);
	const lineRe = /(\n+)([^\n]*)/g;
	lineRe.lastIndex = nextLF;
	let match;
	while (match = lineRe.exec(string)) {
		const breaks = match[1].length;
		const line = match[2];
		result += "\n".repeat(breaks + 1) + pad + line;
	}
	return result;
}
function indentString(string, spaces) {
	const indent = " ".repeat(spaces);
	let position = 0;
	let result = "";
	const length = string.length;
	while (position < length) {
		let line;
		const next = string.indexOf("\n", position);
		if (next === -1) {
			line = string.slice(position);
			position = length;
		} else {
			line = string.slice(position, next + 1);
			position = next + 1;
		}
		if (line.length && line !== "\n") result += indent;
		result += line;
	}
	return result;
}
function needIndentIndicator(string) {
	return /^\n* /.test(string);
}
function blockHeader(string, shiftOfParent, shiftOfContent) {
	const indentIndicator = needIndentIndicator(string) ? String(shiftOfContent - shiftOfParent) : "";
	const clip = string[string.length - 1] === "\n";
	return `${indentIndicator}${clip && (string[string.length - 2] === "\n" || string === "\n") ? "+" : clip ? "" : "-"}\n`;
}
function dropEndingNewline(string) {
	return string[string.length - 1] === "\n" ? string.slice(0, -1) : string;
}
function isMoreIndented(char) {
	return char === " " || char === "	";
}
function foldLine(line, width) {
	if (line === "" || isMoreIndented(line[0])) return line;
	const breakRe = / [^ \t]/g;
	let match;
	let start = 0;
	let end;
	let curr = 0;
	let next = 0;
	let result = "";
	while (match = breakRe.exec(line)) {
		next = match.index;
		if (next - start > width) {
			end = curr > start ? curr : next;
			result += `\n${line.slice(start, end)}`;
			start = end + 1;
		}
		curr = next;
	}
	result += "\n";
	if (line.length - start > width && curr > start) result += `${line.slice(start, curr)}\n${line.slice(curr + 1)}`;
	else result += line.slice(start);
	return result.slice(1);
}
function foldBlockScalar(string, width) {
	const lineRe = /(\n+)([^\n]*)/g;
	let nextLF = string.indexOf("\n");
	if (nextLF === -1) nextLF = string.length;
	lineRe.lastIndex = nextLF;
	let result = foldLine(string.slice(0, nextLF), width);
	let prevMoreIndented = string[0] === "\n" || isMoreIndented(string[0]);
	let moreIndented;
	let match;
	while (match = lineRe.exec(string)) {
		const prefix = match[1];
		const line = match[2];
		moreIndented = line !== "" && isMoreIndented(line[0]);
		result += prefix + (!prevMoreIndented && !moreIndented && line !== "" ? "\n" : "") + foldLine(line, width);
		prevMoreIndented = moreIndented;
	}
	return result;
}
var CHARACTERS_TO_ESCAPE = /["\\\x00-\x1F\x7F-\xA0\u2028\u2029\uD800-\uDFFF\uFEFF\uFFFE\uFFFF]/gu;
function escapeCharacter(character) {
	switch (character) {
		case "\0": return "\\0";
		case "\x07": return "\\a";
		case "\b": return "\\b";
		case "	": return "\\t";
		case "\n": return "\\n";
		case "\v": return "\\v";
		case "\f": return "\\f";
		case "\r": return "\\r";
		case "\x1B": return "\\e";
		case "\"": return "\\\"";
		case "\\": return "\\\\";
		case "": return "\\N";
		case "\xA0": return "\\_";
		case "\u2028": return "\\L";
		case "\u2029": return "\\P";
	}
	const code = character.charCodeAt(0);
	const hex = code.toString(16).toUpperCase();
	if (code <= 255) return `\\x${"0".repeat(2 - hex.length)}${hex}`;
	return `\\u${"0".repeat(4 - hex.length)}${hex}`;
}
function escapeString(string) {
	return string.replace(CHARACTERS_TO_ESCAPE, escapeCharacter);
}
//#endregion
//#region src/ast/presenter.ts
var CHAR_LINE_FEED = 10;
var DEFAULT_PRESENTER_OPTIONS = {
	indent: 2,
	seqNoIndent: false,
	seqInlineFirst: true,
	lineWidth: 80,
	flowBracketPadding: false,
	flowSkipCommaSpace: false,
	flowSkipColonSpace: false,
	quoteFlowKeys: false,
	quoteStyle: "single",
	forceQuotes: false,
	scalarStyleRules: Object.keys(DEFAULT_SCALAR_STYLE_RULES).map((name) => Reflect.get(DEFAULT_SCALAR_STYLE_RULES, name)),
	tagBeforeAnchor: false
};
function nodeTagShort(node) {
	return node.tagged ? node.tag : tagNameShort(node.tag);
}
function createPresenterState(options) {
	const opts = {
		...DEFAULT_PRESENTER_OPTIONS,
		...options
	};
	if (opts.flowSkipColonSpace) opts.quoteFlowKeys = true;
	return {
		...opts,
		defaultScalarTagName: opts.schema.defaultScalarTag.tagName,
		openEnded: false
	};
}
function generateNextLine(state, level) {
	return `\n${" ".repeat(state.indent * level)}`;
}
function scalarLayout(state, node, parent, level, isKey, flowOnly) {
	return {
		node,
		parent,
		level,
		isKey,
		flowOnly,
		shiftOfParent: level === 0 ? -1 : state.indent * (level - 1),
		shiftOfContent: state.indent * Math.max(1, level),
		shiftOfFirstLine: level === 0 ? 0 : state.indent * level,
		presenterOptions: state,
		allowedStylesMask: 0,
		style: node.style
	};
}
function writeFlowSequence(state, level, node) {
	let result = "";
	for (let index = 0, length = node.items.length; index < length; index += 1) {
		const item = writeNode(state, level, node.items[index], node, {}).text;
		if (index > 0) result += `,${!state.flowSkipCommaSpace ? " " : ""}`;
		result += item;
	}
	const pad = state.flowBracketPadding && node.items.length > 0 ? " " : "";
	return `[${pad}${result}${pad}]`;
}
function writeBlockSequence(state, level, node, compact) {
	let result = "";
	for (let index = 0, length = node.items.length; index < length; index += 1) {
		const item = writeNode(state, level + 1, node.items[index], node, {
			block: true,
			compact: state.seqInlineFirst,
			isblockseq: true
		}).text;
		if (!compact || result !== "") result += generateNextLine(state, level);
		if (item === "" || CHAR_LINE_FEED === item.charCodeAt(0)) result += "-";
		else result += "- ";
		result += item;
	}
	return result;
}
function writeFlowMapping(state, level, node) {
	let result = "";
	for (const { key, value } of node.items) {
		let pairBuffer = "";
		if (result !== "") pairBuffer += `,${!state.flowSkipCommaSpace ? " " : ""}`;
		const keyRender = writeNode(state, level, key, node, { iskey: true });
		const keyText = keyRender.text;
		const valueText = writeNode(state, level, value, node, {}).text;
		const sep = state.flowSkipColonSpace || valueText === "" ? "" : " ";
		const keyIsBareProps = key.kind === "scalar" && keyRender.noBody && (key.tagged || key.anchor !== void 0);
		const keyColonSep = key.kind === "alias" || keyIsBareProps ? " " : "";
		pairBuffer += `${keyText}${keyColonSep}:${sep}${valueText}`;
		result += pairBuffer;
	}
	const pad = state.flowBracketPadding && result !== "" ? " " : "";
	return `{${pad}${result}${pad}}`;
}
function writeBlockMapping(state, level, node, compact) {
	let result = "";
	for (let index = 0, length = node.items.length; index < length; index += 1) {
		let pairBuffer = "";
		if (!compact || result !== "") pairBuffer += generateNextLine(state, level);
		const { key, value } = node.items[index];
		const keyIsBlock = (key.kind === "mapping" || key.kind === "sequence") && key.style === COLLECTION_STYLE.BLOCK && key.items.length !== 0 || key.kind === "scalar" && (key.style === SCALAR_STYLE.LITERAL_BLOCK || key.style === SCALAR_STYLE.FOLDED_BLOCK);
		const keyRender = keyIsBlock ? writeNode(state, level + 1, key, node, {
			block: true,
			compact: true,
			isblockseq: !cannotBeCompact(state, key, level + 1)
		}) : writeNode(state, level + 1, key, node, {
			block: true,
			compact: true,
			iskey: true
		});
		const keyText = keyRender.text;
		const keyHasLineBreak = key.kind === "scalar" && key.value.indexOf("\n") !== -1;
		const keyIsTooLong = keyText.length > 1024 && /^[\s\S]{1025}/u.test(keyText);
		const explicitPair = keyIsBlock || keyHasLineBreak || keyIsTooLong;
		if (explicitPair) {
			if (keyText && CHAR_LINE_FEED === keyText.charCodeAt(0)) pairBuffer += "?";
			else pairBuffer += "? ";
		}
		pairBuffer += keyText;
		if (explicitPair) pairBuffer += generateNextLine(state, level);
		const valueText = writeNode(state, level + 1, value, node, {
			block: true,
			compact: explicitPair,
			isblockseq: explicitPair && !cannotBeCompact(state, value, level + 1)
		}).text;
		const keyIsBareProps = key.kind === "scalar" && keyRender.noBody && (key.tagged || key.anchor !== void 0);
		const keyColonSep = !explicitPair && (key.kind === "alias" || keyIsBareProps) ? " " : "";
		if (valueText === "" || CHAR_LINE_FEED === valueText.charCodeAt(0)) pairBuffer += `${keyColonSep}:`;
		else pairBuffer += `${keyColonSep}: `;
		pairBuffer += valueText;
		result += pairBuffer;
	}
	return result;
}
function cannotBeCompact(state, node, level) {
	if (node.kind === "alias") return true;
	return node.tagged || node.anchor !== void 0 || state.indent < 2 && level > 0;
}
function writeNode(state, level, node, parent, ctx) {
	if (node.kind === "alias") {
		state.openEnded = false;
		return {
			text: `*${node.anchor}`,
			noBody: false
		};
	}
	const { block = false, iskey = false, isblockseq = false } = ctx;
	let compact = ctx.compact ?? false;
	const hasAnchor = node.anchor !== void 0;
	if (cannotBeCompact(state, node, level)) compact = false;
	let body;
	let shouldPrintTag = node.tagged;
	const useBlockCollection = block && (node.kind === "mapping" || node.kind === "sequence") && node.style === COLLECTION_STYLE.BLOCK && node.items.length !== 0;
	if (node.kind === "mapping") {
		if (useBlockCollection) body = writeBlockMapping(state, level, node, compact);
		else body = writeFlowMapping(state, level, node);
	} else if (node.kind === "sequence") {
		if (useBlockCollection) {
			if (state.seqNoIndent && !isblockseq && level > 0) body = writeBlockSequence(state, level - 1, node, compact);
			else body = writeBlockSequence(state, level, node, compact);
		} else body = writeFlowSequence(state, level, node);
	} else {
		const layout = scalarLayout(state, node, parent, level, iskey, !block);
		detectAllowedStyles(layout);
		for (const rule of state.scalarStyleRules) rule(layout);
		body = renderScalar(layout);
		state.openEnded = (layout.style === SCALAR_STYLE.LITERAL_BLOCK || layout.style === SCALAR_STYLE.FOLDED_BLOCK) && (node.value === "\n" || node.value.endsWith("\n\n"));
		shouldPrintTag = node.tagged || body === "" && layout.flowOnly && parent?.kind === "sequence" && !hasAnchor || layout.style !== SCALAR_STYLE.PLAIN && node.tag !== state.defaultScalarTagName;
	}
	if ((node.kind === "mapping" || node.kind === "sequence") && !useBlockCollection) state.openEnded = false;
	if (useBlockCollection && compact && level > 0 && state.indent > 2) body = `${" ".repeat(state.indent - 2)}${body}`;
	const noBody = body === "";
	let text = body;
	if (shouldPrintTag || hasAnchor) {
		const props = [];
		const tag = shouldPrintTag ? nodeTagShort(node) : null;
		const anchor = hasAnchor ? `&${node.anchor}` : null;
		if (state.tagBeforeAnchor) {
			if (tag !== null) props.push(tag);
			if (anchor !== null) props.push(anchor);
		} else {
			if (anchor !== null) props.push(anchor);
			if (tag !== null) props.push(tag);
		}
		const sep = body === "" || body.charCodeAt(0) === CHAR_LINE_FEED ? "" : " ";
		text = `${props.join(" ")}${sep}${body}`;
	}
	return {
		text,
		noBody
	};
}
function rootStartsOwnLine(node) {
	return (node.kind === "sequence" || node.kind === "mapping") && node.style === COLLECTION_STYLE.BLOCK && node.items.length !== 0 && !node.tagged && node.anchor === void 0;
}
function writeDocumentDirectives(doc) {
	let result = "";
	for (const directive of doc.directives) {
		if (directive.kind === "yaml") {
			result += `%YAML ${directive.version}\n`;
			continue;
		}
		const { handle, prefix } = directive;
		result += `%TAG ${handle} ${prefix}\n`;
	}
	return result;
}
/**
* Build YAML from AST.
*
* @category AST
*/
function present(documents, options) {
	const state = createPresenterState(options);
	let result = "";
	let previousEnded = false;
	for (let index = 0; index < documents.length; index += 1) {
		const doc = documents[index];
		state.openEnded = false;
		const directives = writeDocumentDirectives(doc);
		const hasDirectives = directives !== "";
		const marker = doc.explicitStart || hasDirectives || index > 0 && !previousEnded;
		result += directives;
		if (doc.contents === null) {
			if (marker) result += "---\n";
		} else if (marker) {
			const body = writeNode(state, 0, doc.contents, null, {
				block: true,
				compact: true
			}).text;
			const sep = body === "" ? "" : hasDirectives || rootStartsOwnLine(doc.contents) ? "\n" : " ";
			result += `---${sep}${body}\n`;
		} else result += writeNode(state, 0, doc.contents, null, {
			block: true,
			compact: true
		}).text + "\n";
		previousEnded = doc.explicitEnd || state.openEnded;
		if (previousEnded) result += "...\n";
	}
	return result;
}
//#endregion
//#region src/dump.ts
var DEFAULT_DUMP_OPTIONS = {
	...DEFAULT_PRESENTER_OPTIONS,
	schema: DUMP_SCHEMA,
	skipInvalid: false,
	noRefs: false,
	flowLevel: -1,
	sortKeys: false,
	transform: () => {}
};
function defaultCompareFn(a, b) {
	const x = String(a);
	const y = String(b);
	if (x < y) return -1;
	if (x > y) return 1;
	return 0;
}
/**
* Serializes JS object as a YAML document. By default it can dump every
* supported YAML type, so it throws an exception if you try to dump regexps or
* functions. However, you can disable exceptions by setting the
* {@link DumpOptions.skipInvalid} option to `true`.
*
* @category Main
*/
function dump(input, options = {}) {
	const opts = {
		...DEFAULT_DUMP_OPTIONS,
		...options
	};
	const documents = jsToAst(input, opts.schema, {
		noRefs: opts.noRefs,
		skipInvalid: opts.skipInvalid
	});
	if (opts.flowLevel >= 0) visit(documents, (node, ctx) => {
		if (ctx.depth < opts.flowLevel) return;
		if (node.kind === "sequence" || node.kind === "mapping") node.style = COLLECTION_STYLE.FLOW;
		return VISIT_SKIP;
	});
	if (opts.sortKeys) {
		const compareFn = opts.sortKeys === true ? defaultCompareFn : opts.sortKeys;
		visit(documents, (node) => {
			if (node.kind !== "mapping") return;
			node.items.sort((a, b) => compareFn(a.key.kind === "scalar" ? a.key.value : "", b.key.kind === "scalar" ? b.key.value : ""));
		});
	}
	opts.transform(documents);
	return present(documents, {
		...pick(opts, Object.keys(DEFAULT_PRESENTER_OPTIONS)),
		schema: opts.schema
	});
}
//#endregion
//#region src/ast/from_events.ts
var NO_RANGE = (/* unused pure expression or super */ null && (-1));
function eventPosition(event) {
	if ("tagStart" in event && event.tagStart !== NO_RANGE) return event.tagStart;
	if ("anchorStart" in event && event.anchorStart !== NO_RANGE) return event.anchorStart;
	if ("valueStart" in event && event.valueStart !== NO_RANGE) return event.valueStart;
	if ("start" in event) return event.start;
	return 0;
}
function rawTag(state, event) {
	return event.tagStart === NO_RANGE ? "" : state.source.slice(event.tagStart, event.tagEnd);
}
function anchorName(state, event) {
	return event.anchorStart === NO_RANGE ? void 0 : state.source.slice(event.anchorStart, event.anchorEnd);
}
function buildScalar(state, event) {
	const value = getScalarValue(state.source, event);
	const raw = rawTag(state, event);
	let tag;
	let tagged = false;
	if (raw !== "") {
		tagged = true;
		tag = raw;
	} else if (event.style === SCALAR_STYLE.PLAIN) tag = state.schema.resolveImplicitScalarTag(value).tag.tagName;
	else tag = state.schema.defaultScalarTag.tagName;
	return {
		kind: "scalar",
		tag,
		tagged,
		style: event.style,
		anchor: anchorName(state, event),
		value
	};
}
function buildCollection(state, event, defaultTagName) {
	const raw = rawTag(state, event);
	let tag;
	let tagged = false;
	if (raw === "") tag = defaultTagName;
	else {
		tag = raw;
		tagged = true;
	}
	return {
		tag,
		tagged,
		style: event.style,
		anchor: anchorName(state, event)
	};
}
function addNode(state, node) {
	const frame = state.frames[state.frames.length - 1];
	if (frame.kind === "document") frame.doc.contents = node;
	else if (frame.kind === "sequence") frame.node.items.push(node);
	else if (frame.key) {
		frame.node.items.push({
			key: frame.key,
			value: node
		});
		frame.key = null;
	} else frame.key = node;
}
/**
* Builds an AST from parser events
*
* @category AST
*/
function eventsToAst(events, options) {
	const state = {
		source: options.source,
		schema: options.schema,
		eventIndex: 0,
		position: 0,
		frames: [],
		documents: []
	};
	while (state.eventIndex < events.length) {
		const event = events[state.eventIndex++];
		state.position = eventPosition(event);
		switch (event.type) {
			case EVENT_ID.DOCUMENT: {
				const doc = {
					contents: null,
					explicitStart: event.explicitStart,
					explicitEnd: event.explicitEnd,
					directives: event.directives
				};
				state.frames.push({
					kind: "document",
					doc
				});
				break;
			}
			case EVENT_ID.SCALAR:
				addNode(state, buildScalar(state, event));
				break;
			case EVENT_ID.SEQUENCE: {
				const { tag, tagged, style, anchor } = buildCollection(state, event, "tag:yaml.org,2002:seq");
				const node = {
					kind: "sequence",
					tag,
					tagged,
					style,
					anchor,
					items: []
				};
				state.frames.push({
					kind: "sequence",
					node
				});
				break;
			}
			case EVENT_ID.MAPPING: {
				const { tag, tagged, style, anchor } = buildCollection(state, event, "tag:yaml.org,2002:map");
				const node = {
					kind: "mapping",
					tag,
					tagged,
					style,
					anchor,
					items: []
				};
				state.frames.push({
					kind: "mapping",
					node,
					key: null
				});
				break;
			}
			case EVENT_ID.ALIAS:
				addNode(state, {
					kind: "alias",
					anchor: state.source.slice(event.anchorStart, event.anchorEnd)
				});
				break;
			case EVENT_ID.POP: {
				const frame = state.frames.pop();
				if (frame.kind === "mapping" && frame.key) throw new Error("incomplete mapping pair in event stream");
				if (frame.kind === "document") state.documents.push(frame.doc);
				else addNode(state, frame.node);
				break;
			}
		}
	}
	return state.documents;
}
//#endregion
//#region src/index.ts
/** @deprecated Use `EVENT_ID.DOCUMENT` instead. @internal */
var EVENT_DOCUMENT = EVENT_ID.DOCUMENT;
/** @deprecated Use `EVENT_ID.SEQUENCE` instead. @internal */
var EVENT_SEQUENCE = EVENT_ID.SEQUENCE;
/** @deprecated Use `EVENT_ID.MAPPING` instead. @internal */
var EVENT_MAPPING = EVENT_ID.MAPPING;
/** @deprecated Use `EVENT_ID.SCALAR` instead. @internal */
var EVENT_SCALAR = EVENT_ID.SCALAR;
/** @deprecated Use `EVENT_ID.ALIAS` instead. @internal */
var EVENT_ALIAS = EVENT_ID.ALIAS;
/** @deprecated Use `EVENT_ID.POP` instead. @internal */
var EVENT_POP = EVENT_ID.POP;
/** @deprecated Use `SCALAR_STYLE.PLAIN` instead. @internal */
var SCALAR_STYLE_PLAIN = SCALAR_STYLE.PLAIN;
/** @deprecated Use `SCALAR_STYLE.SINGLE_QUOTED` instead. @internal */
var SCALAR_STYLE_SINGLE_QUOTED = SCALAR_STYLE.SINGLE_QUOTED;
/** @deprecated Use `SCALAR_STYLE.DOUBLE_QUOTED` instead. @internal */
var SCALAR_STYLE_DOUBLE_QUOTED = SCALAR_STYLE.DOUBLE_QUOTED;
/** @deprecated Use `SCALAR_STYLE.LITERAL_BLOCK` instead. @internal */
var SCALAR_STYLE_LITERAL_BLOCK = SCALAR_STYLE.LITERAL_BLOCK;
/** @deprecated Use `SCALAR_STYLE.FOLDED_BLOCK` instead. @internal */
var SCALAR_STYLE_FOLDED_BLOCK = SCALAR_STYLE.FOLDED_BLOCK;
/** @deprecated Use `COLLECTION_STYLE.BLOCK` instead. @internal */
var COLLECTION_STYLE_BLOCK = COLLECTION_STYLE.BLOCK;
/** @deprecated Use `COLLECTION_STYLE.FLOW` instead. @internal */
var COLLECTION_STYLE_FLOW = COLLECTION_STYLE.FLOW;
/** @deprecated Use `CHOMPING_MODE.CLIP` instead. @internal */
var CHOMPING_CLIP = CHOMPING_MODE.CLIP;
/** @deprecated Use `CHOMPING_MODE.STRIP` instead. @internal */
var CHOMPING_STRIP = CHOMPING_MODE.STRIP;
/** @deprecated Use `CHOMPING_MODE.KEEP` instead. @internal */
var CHOMPING_KEEP = CHOMPING_MODE.KEEP;
//#endregion


//# sourceMappingURL=js-yaml.mjs.map
;// CONCATENATED MODULE: ./build/src/slo/positioned-yaml.js

/** `path:line:column`, both from 1, as editors and compilers write it. */
function position(path, content, at) {
    const before = content.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    return `${path}:${before.split('\n').length}:${at - lineStart + 1}`;
}
/**
 * Reads one YAML document with positions, from js-yaml's events. Anchors, aliases, tags and keys that are not scalars are faults:
 * a settings file needs none of them. Never throws for what the text holds; the root is missing when nothing could be read.
 */
function parseYaml(content) {
    let events;
    try {
        events = parseEvents(content, {});
    }
    catch (error) {
        // js-yaml promises a YAMLException only for what it knows; anything else that a text provokes is still the text's fault.
        const known = error instanceof YAMLException;
        const reason = (known ? error.reason : String(error)).replaceAll('\n', ' ');
        const hint = reason.includes('flow collection') ? `; a selector with braces stands in quotes: 'metric{label="value"}'` : '';
        return { faults: [{ at: (known && error.mark?.position) || 0, text: `this is not YAML: ${reason}${hint}` }] };
    }
    const builder = new TreeBuilder(content, events);
    const root = builder.read();
    return root === undefined ? { faults: builder.faults } : { root, faults: builder.faults };
}
class TreeBuilder {
    faults = [];
    #content;
    #events;
    #next = 0;
    constructor(content, events) {
        this.#content = content;
        this.#events = events;
    }
    read() {
        if (this.#events.length === 0) {
            this.faults.push({ at: 0, text: 'the file is empty; it needs a list `objectives`' });
            return undefined;
        }
        this.#next = 1; // the first event opens the document
        const root = this.#node(0);
        this.#next++; // and this one closes it
        if (this.#next < this.#events.length) {
            const at = this.#events
                .slice(this.#next)
                .map(startOf)
                .find((offset) => offset >= 0);
            this.faults.push({ at: at ?? this.#content.length, text: 'a second document begins; one file holds one document' });
        }
        return root;
    }
    /** @param fallback where an empty value is reported, as it has no place of its own */
    #node(fallback) {
        const event = this.#events[this.#next++];
        if (event?.type === EVENT_ID.SCALAR) {
            this.#refuseProperties(event);
            const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
            const at = event.valueStart < 0 ? fallback : event.valueStart - (quoted ? 1 : 0);
            return { kind: 'scalar', at, text: getScalarValue(this.#content, event), plain: event.style === SCALAR_STYLE.PLAIN };
        }
        if (event?.type === EVENT_ID.SEQUENCE) {
            this.#refuseProperties(event);
            const items = [];
            while (!this.#closes())
                items.push(this.#node(event.start));
            return { kind: 'list', at: event.start, items };
        }
        if (event?.type === EVENT_ID.MAPPING) {
            this.#refuseProperties(event);
            return { kind: 'map', at: event.start, entries: this.#entries(event.start) };
        }
        if (event?.type === EVENT_ID.ALIAS) {
            this.faults.push({ at: event.anchorStart - 1, text: 'aliases (`*name`) are not offered; write the value out' });
        }
        return { kind: 'scalar', at: fallback, text: '', plain: true };
    }
    #entries(start) {
        const entries = [];
        while (!this.#closes()) {
            const key = this.#node(start);
            const value = this.#node(key.at);
            if (key.kind !== 'scalar')
                this.faults.push({ at: key.at, text: 'a key must be a single word' });
            else if (entries.some((entry) => entry.key === key.text)) {
                this.faults.push({ at: key.at, text: `\`${shown(key.text)}\` is given twice; keep one` });
            }
            else
                entries.push({ key: key.text, at: key.at, value });
        }
        return entries;
    }
    /** Steps over the end of the open list or map, if it is next. */
    #closes() {
        if (this.#events[this.#next]?.type !== EVENT_ID.POP)
            return false;
        this.#next++;
        return true;
    }
    #refuseProperties(event) {
        if (event.anchorStart >= 0) {
            this.faults.push({
                at: event.anchorStart - 1,
                text: 'anchors (`&name`) are not offered; write the value where it is needed',
            });
        }
        if (event.tagStart >= 0)
            this.faults.push({ at: event.tagStart, text: 'tags (`!name`) are not offered; remove it' });
    }
}
function startOf(event) {
    if ('start' in event)
        return event.start;
    if ('valueStart' in event)
        return event.valueStart;
    return 'anchorStart' in event ? event.anchorStart : -1;
}
/** The user's text in a message: on one line, and not endless. */
function shown(text) {
    const line = text.replace(/\s+/g, ' ').trim();
    return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
//# sourceMappingURL=positioned-yaml.js.map
;// CONCATENATED MODULE: ./build/src/slo/fields.js





/**
 * Opens a mapping for reading; reports what is no mapping, and every key that is not known.
 * @param notOffered keys with a text of their own
 */
function fieldsOf(node, known, notOffered, report) {
    if (node.kind !== 'map')
        report(node.at, `here must be a mapping with ${known.join(', ')}`);
    const entries = new Map(node.kind === 'map' ? node.entries.map((entry) => [entry.key, entry]) : []);
    for (const { key, at } of entries.values()) {
        if (!known.includes(key))
            report(at, unknownKey(key, known, notOffered));
    }
    const scalar = (key) => {
        const value = entries.get(key)?.value;
        if (value === undefined)
            return undefined;
        if (value.kind !== 'scalar')
            report(value.at, `\`${key}\` must be a single value, not a ${value.kind === 'list' ? 'list' : 'mapping'}`);
        else if (value.text.trim() === '' || (value.plain && /^(?:~|null|Null|NULL)$/.test(value.text)))
            report(value.at, `\`${key}\` has no value`);
        else
            return value;
        return undefined;
    };
    const read = (key, parse) => {
        const value = scalar(key);
        if (value === undefined)
            return undefined;
        try {
            return parse(value.text);
        }
        catch (error) {
            if (!(error instanceof RangeError))
                throw error;
            report(value.at, `\`${key}\`: ${error.message.replace(/\s+/g, ' ')}`);
            return undefined;
        }
    };
    return {
        node: (key) => entries.get(key)?.value,
        text: (key) => scalar(key)?.text,
        selector: (key) => read(key, selector/* parseSelector */.P),
        percent: (key) => read(key, parseOpenPercent),
        duration: (key) => read(key, duration/* parseDuration */.E),
        numberBetween: (key, low, high) => read(key, (text) => parseNumberBetween(text, low, high)),
        missing: (key, allowed) => node.kind === 'map' && report(node.at, `\`${key}\` is missing: ${allowed}`),
        refuse: (key, why) => {
            const entry = entries.get(key);
            if (entry)
                report(entry.at, why);
        },
    };
}
function unknownKey(key, known, notOffered) {
    if (Object.hasOwn(notOffered, key))
        return notOffered[key] ?? '';
    const meant = (0,nearest/* nearest */.p)(key, known);
    return `\`${shown(key)}\` is unknown; ${meant ? `did you mean \`${meant}\`?` : `allowed: ${known.join(', ')}`}`;
}
function parseOpenPercent(text) {
    const share = (0,slo_percent/* parsePercent */.lo)(text);
    if (share <= 0 || share >= 1)
        throw new RangeError(`"${text}" must be more than 0% and less than 100%`);
    return share;
}
function parseNumberBetween(text, low, high) {
    const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value > low && value < high))
        throw new RangeError(`"${shown(text)}" is not a number between ${low} and ${high}, such as 0.95`);
    return value;
}
//# sourceMappingURL=fields.js.map
;// CONCATENATED MODULE: ./build/src/slo/read-slo.js




const DEFAULT_WARM_UP_MS = 10_000;
/** Each takes its part of α and its place in the release record. */
const MAX_OBJECTIVES = 32;
const read_slo_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/;
/** What belongs to the format one day, or is known from elsewhere: told apart from a typing error. */
const NOT_OFFERED = {
    query: '`query` (raw PromQL) is not offered; select series with `ratio:` or `histogram:`',
};
/**
 * Reads slo.yml. What can't be honoured is an error, never skipped.
 * @param path as the user wrote it, for messages
 * @throws UserError with every problem at once, one a line: `path:line:column: what is wrong, what is allowed`
 */
function readSlo(content, path) {
    const { root, faults: found } = parseYaml(content);
    const faults = [...found];
    const slo = root && found.length === 0 ? readRoot(root, (at, text) => faults.push({ at, text })) : undefined;
    if (slo === undefined || faults.length > 0) {
        const lines = faults.toSorted((a, b) => a.at - b.at).map(({ at, text }) => `${position(path, content, at)}: ${text}`);
        throw new errors/* UserError */.y(lines.join('\n'));
    }
    return slo;
}
function readRoot(root, report) {
    const fields = fieldsOf(root, ['objectives', 'compare', 'warm-up'], NOT_OFFERED, report);
    const warmUpMs = fields.duration('warm-up') ?? DEFAULT_WARM_UP_MS;
    const compare = readCompare(fields, report);
    const list = fields.node('objectives');
    const objectives = [];
    if (list === undefined)
        fields.missing('objectives', 'a list with at least one objective');
    else if (list.kind !== 'list' || list.items.length === 0)
        report(list.at, '`objectives` must be a list with at least one objective');
    else {
        const names = new Set();
        for (const item of list.items) {
            const objective = readObjective(item, names, report);
            if (objective)
                objectives.push(objective);
        }
    }
    if (objectives.length > MAX_OBJECTIVES)
        report(list?.at ?? 0, `there are ${objectives.length} objectives; at most ${MAX_OBJECTIVES} are judged together`);
    return { objectives, warmUpMs, ...(compare && { compare }) };
}
function readCompare(fields, report) {
    const compare = fields.text('compare');
    if (compare === undefined || compare === 'stable')
        return compare;
    report(fields.node('compare')?.at ?? 0, `\`compare\`: "${shown(compare)}" is unknown; allowed: stable`);
    return undefined;
}
function readObjective(item, names, report) {
    const fields = fieldsOf(item, ['name', 'ratio', 'histogram', 'quantile', 'max', 'min', 'rule-out'], NOT_OFFERED, report);
    if (item.kind !== 'map')
        return undefined;
    const name = readName(fields, names, report);
    const [ratio, histogram] = [fields.node('ratio'), fields.node('histogram')];
    if (ratio && histogram) {
        report(histogram.at, 'an objective has either `ratio` or `histogram`, not both');
        return undefined;
    }
    if (ratio)
        return readRatio(name, ratio, fields, report);
    if (histogram)
        return readHistogram(name, fields, report);
    report(item.at, 'the objective lacks `ratio: { bad, total }`, `ratio: { good, total }` or `histogram`');
    return undefined;
}
function readName(fields, names, report) {
    const name = fields.text('name');
    if (name === undefined) {
        fields.missing('name', 'a name, such as errors');
        return '';
    }
    const at = fields.node('name')?.at ?? 0;
    if (!read_slo_NAME.test(name))
        report(at, `"${shown(name)}" is not a name; use up to 63 letters, digits, ".", "_" and "-"`);
    if (names.has(name))
        report(at, `the name "${shown(name)}" is taken by another objective; names must differ`);
    names.add(name);
    return name;
}
function readRatio(name, ratio, fields, report) {
    fields.refuse('quantile', '`quantile` belongs to `histogram`; remove it');
    const sides = fieldsOf(ratio, ['bad', 'good', 'total'], NOT_OFFERED, report);
    if (ratio.kind !== 'map')
        return undefined;
    const [bad, good, total] = [sides.selector('bad'), sides.selector('good'), sides.selector('total')];
    if (!sides.node('total'))
        sides.missing('total', 'a selector of all requests');
    const counted = sides.node('good') ? 'good' : 'bad';
    if (sides.node('bad') && sides.node('good'))
        report(ratio.at, '`ratio` has either `bad` or `good`, not both');
    else if (!sides.node('bad') && !sides.node('good'))
        sides.missing('bad', 'a selector of bad requests, or `good`');
    const max = counted === 'bad' ? readMax(fields) : readMin(fields);
    const ruleOut = readRuleOut(max, fields, report);
    const events = bad ?? good;
    if (!events || !total || max === undefined || ruleOut === undefined)
        return undefined;
    return { kind: 'ratio', name, counted, events, total, max, ruleOut };
}
function readMax(fields) {
    fields.refuse('min', '`min` belongs to `ratio` with `good`; with `bad` write `max`');
    if (!fields.node('max'))
        fields.missing('max', 'the highest bad share that is still good, such as 0.1%');
    return fields.percent('max');
}
function readMin(fields) {
    fields.refuse('max', '`max` belongs to `ratio` with `bad`; with `good` write `min`');
    if (!fields.node('min'))
        fields.missing('min', 'the lowest good share that is still good, such as 99.9%');
    const min = fields.percent('min');
    return min === undefined ? undefined : (0,slo_percent/* fraction */.zO)(1 - min);
}
function readHistogram(name, fields, report) {
    fields.refuse('min', '`min` belongs to `ratio` with `good`; a histogram has `max`, a duration');
    const histogram = fields.selector('histogram');
    if (histogram?.matchers.some((matcher) => matcher.label === 'le')) {
        report(fields.node('histogram')?.at ?? 0, 'the label `le` is chosen by `max`; remove it from the selector');
    }
    if (histogram && /_(?:bucket|count|sum)$/.test(histogram.metric)) {
        const base = histogram.metric.replace(/_(?:bucket|count|sum)$/, '');
        report(fields.node('histogram')?.at ?? 0, `name the histogram itself, ${base}, not one of its series`);
    }
    if (!fields.node('quantile'))
        fields.missing('quantile', 'a number between 0 and 1, such as 0.95');
    if (!fields.node('max'))
        fields.missing('max', 'the highest duration at that quantile, such as 500ms');
    const quantile = fields.numberBetween('quantile', 0, 1);
    const thresholdMs = fields.duration('max');
    if (thresholdMs === 0)
        report(fields.node('max')?.at ?? 0, '`max` must be longer than 0');
    const max = quantile === undefined ? undefined : (0,slo_percent/* fraction */.zO)(1 - quantile);
    const ruleOut = readRuleOut(max, fields, report);
    if (!histogram || quantile === undefined || thresholdMs === undefined || max === undefined || ruleOut === undefined)
        return undefined;
    return { kind: 'histogram', name, histogram, quantile, thresholdSeconds: thresholdMs / 1000, max, ruleOut };
}
function readRuleOut(max, fields, report) {
    const asked = fields.percent('rule-out');
    if (max === undefined)
        return undefined;
    if (!fields.node('rule-out'))
        return defaultRuleOut(max);
    if (asked !== undefined && asked <= max) {
        report(fields.node('rule-out')?.at ?? 0, `\`rule-out\` must be above the highest good share, ${(0,slo_percent/* formatPercent */.l9)(max)}`);
    }
    return asked;
}
/**
 * How much badness a pass excludes when the user does not say: ten times `max`, at least 2 %, at most 5 %.
 * Where `max` is itself 5 % or more: twice `max`, or halfway from `max` to everything, whichever is less.
 */
function defaultRuleOut(max) {
    return (0,slo_percent/* fraction */.zO)(max < 0.05 ? Math.min(Math.max(10 * max, 0.02), 0.05) : Math.min(2 * max, (1 + max) / 2));
}
//# sourceMappingURL=read-slo.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/app-inputs.js

/** Which app, and where its pods show their metrics; shared by every action that releases, judges or restores one. */
const appInputs = {
    app: dnsLabel({
        text: 'Name of the app; names the release record and the canary, and is the default of `deployment` and `service`.',
        required: true,
        // `d9-<app>` and `<app>-canary` are names of at most 63 characters.
        maxLength: 56,
    }),
    deployment: input_kinds_text({ text: 'Name of the stable Deployment, when it differs from `app`.' }),
    service: input_kinds_text({ text: 'Name of the Service in front of it, when it differs from `app`.' }),
    container: input_kinds_text({ text: 'Container whose image is released; needed when the pod has several.' }),
};
/** Where the pods show their metrics; read through the API server. */
const metricsInputs = {
    'metrics-port': integer({
        text: 'Port of the metrics; when left empty: the `prometheus.io/port` annotation, a port named metrics, or the first port.',
        min: 1,
        max: 65535,
    }),
    'metrics-path': input_kinds_text({ text: 'Path of the metrics.', default: '/metrics' }),
};
//# sourceMappingURL=app-inputs.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/context.js
var context = __nccwpck_require__(651);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/kubeconfig-fields.js

/** One mapping of a kubeconfig; every getter checks the type and names the place when it's wrong. */
class Fields {
    #values;
    #origin;
    #path;
    constructor(value, origin, path) {
        this.#origin = origin;
        this.#path = path;
        if (typeof value !== 'object' || value === null || Array.isArray(value))
            throw this.#wrong('', 'a mapping');
        this.#values = value;
    }
    has(key) {
        return Object.hasOwn(this.#values, key) && this.#values[key] !== null;
    }
    value(key) {
        return this.has(key) ? this.#values[key] : undefined;
    }
    text(key) {
        const value = this.value(key);
        if (value === undefined || typeof value === 'string')
            return value;
        // A bare `namespace: 1` or `name: true` is a name all the same; kubectl reads it so.
        if (typeof value === 'number' || typeof value === 'boolean')
            return String(value);
        throw this.#wrong(key, 'text');
    }
    flag(key) {
        const value = this.value(key);
        if (value === undefined || typeof value === 'boolean')
            return value ?? false;
        throw this.#wrong(key, 'true or false');
    }
    texts(key) {
        const value = this.value(key) ?? [];
        if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
            return value;
        throw this.#wrong(key, 'a list of texts');
    }
    child(key) {
        return new Fields(this.value(key), this.#origin, this.#at(key));
    }
    list(key) {
        const value = this.value(key) ?? [];
        if (!Array.isArray(value))
            throw this.#wrong(key, 'a list');
        return value.map((item, index) => new Fields(item, this.#origin, `${this.#at(key)}[${index}]`));
    }
    map(key, read) {
        if (!this.has(key))
            return {};
        const child = this.child(key);
        return Object.fromEntries(Object.keys(child.#values).map((name) => [name, read(child, name)]));
    }
    /** A list of `{ name, <key>: {…} }`, first name wins. */
    named(list, key, read) {
        const entries = this.list(list).map((item) => [
            item.text('name') ?? '',
            read(item.has(key) ? item.child(key) : new Fields({}, this.#origin, item.#at(key))),
        ]);
        return new Map(entries.toReversed());
    }
    #at(key) {
        return this.#path === '' ? key : `${this.#path}.${key}`;
    }
    #wrong(key, expected) {
        const place = key === '' ? this.#path : this.#at(key);
        return new errors/* UserError */.y(`${this.#origin} is not a kubeconfig: ${place || 'the document'} must be ${expected}`);
    }
}
//# sourceMappingURL=kubeconfig-fields.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/kubeconfig.js




/**
 * Reads one kubeconfig, YAML or JSON.
 * @param origin where the text came from, in words for a message
 * @param directory absolute; relative paths in the text start there, as in kubectl
 * @throws UserError when the text can't be read or isn't a kubeconfig; the text itself is never quoted, it holds secrets
 */
function parseKubeconfig(content, origin, directory) {
    const document = kubeconfig_readDocument(content, origin);
    if (document === undefined || document === null)
        return emptyKubeconfig(origin);
    const fields = new Fields(document, origin, '');
    const looksLikeOne = ['clusters', 'contexts', 'users', 'current-context'].some((key) => fields.has(key));
    if (fields.text('kind') !== 'Config' && !looksLikeOne) {
        throw new errors/* UserError */.y(`${origin} is not a kubeconfig: it has neither "kind: Config" nor clusters, contexts or users`);
    }
    return {
        origin,
        currentContext: fields.text('current-context') || undefined,
        contexts: fields.named('contexts', 'context', readContext),
        clusters: fields.named('clusters', 'cluster', (cluster) => readCluster(cluster, directory)),
        users: fields.named('users', 'user', (user) => readUser(user, directory)),
    };
}
const emptyKubeconfig = (origin) => ({
    origin,
    currentContext: undefined,
    contexts: new Map(),
    clusters: new Map(),
    users: new Map(),
});
/** Joins several files as kubectl does: of two entries with one name, the first counts. */
function mergeKubeconfigs(kubeconfigs) {
    const firstWins = (maps) => new Map(maps.toReversed().flatMap((map) => [...map]));
    return {
        origin: kubeconfigs.map(({ origin }) => origin).join(' and '),
        currentContext: kubeconfigs.find(({ currentContext }) => currentContext)?.currentContext,
        contexts: firstWins(kubeconfigs.map(({ contexts }) => contexts)),
        clusters: firstWins(kubeconfigs.map(({ clusters }) => clusters)),
        users: firstWins(kubeconfigs.map(({ users }) => users)),
    };
}
/** Prefix that no kubeconfig contains by accident; a text that does is parsed as it is. */
const PLACEHOLDER = 'd9-long-value-';
/** Certificates and tokens are most of a kubeconfig's bytes; taking them out before the scan halves its time (cold, js-yaml 5). */
function kubeconfig_readDocument(content, origin) {
    try {
        if (content.trimStart().startsWith('{'))
            return JSON.parse(content);
        if (content.includes(PLACEHOLDER))
            return load(content);
        const longValues = [];
        const short = content.replace(/[A-Za-z0-9+/=_.-]{120,}/g, (value) => `${PLACEHOLDER}${longValues.push(value) - 1}-`);
        if (short.trim() === '')
            return undefined;
        return restore(load(short), longValues);
    }
    catch (cause) {
        // Neither parser's own message is shown: both quote the text.
        const reason = cause instanceof YAMLException ? `: ${cause.reason}${kubeconfig_position(cause)}` : '';
        throw new errors/* UserError */.y(`${origin} is not readable as YAML or JSON${reason}`);
    }
}
const kubeconfig_position = ({ mark }) => (mark ? ` (line ${mark.line + 1}, column ${mark.column + 1})` : '');
function restore(value, longValues) {
    if (typeof value === 'string') {
        return value.replace(/d9-long-value-(\d+)-/g, (_, index) => longValues[Number(index)] ?? '');
    }
    if (Array.isArray(value))
        return value.map((item) => restore(item, longValues));
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item, longValues)]));
}
const readContext = (context) => ({
    cluster: context.text('cluster') ?? '',
    user: context.text('user') || undefined,
    namespace: context.text('namespace') || undefined,
});
function readCluster(cluster, directory) {
    const extension = cluster.list('extensions').find((item) => item.text('name') === 'client.authentication.k8s.io/exec');
    return {
        server: cluster.text('server') ?? '',
        certificateAuthority: material(cluster, 'certificate-authority', directory),
        tlsServerName: cluster.text('tls-server-name') || undefined,
        insecureSkipTlsVerify: cluster.flag('insecure-skip-tls-verify'),
        proxyUrl: cluster.text('proxy-url') || undefined,
        execConfig: extension?.value('extension'),
    };
}
function readUser(user, directory) {
    const tokenFile = user.text('tokenFile');
    const impersonate = {
        user: user.text('as') || undefined,
        uid: user.text('as-uid') || undefined,
        groups: user.texts('as-groups'),
        extra: user.map('as-user-extra', (extra, key) => extra.texts(key)),
    };
    const impersonates = impersonate.user || impersonate.uid || impersonate.groups.length > 0 || Object.keys(impersonate.extra).length > 0;
    return {
        token: user.text('token') || undefined,
        tokenFile: tokenFile ? (0,external_node_path_namespaceObject.resolve)(directory, tokenFile) : undefined,
        clientCertificate: material(user, 'client-certificate', directory),
        clientKey: material(user, 'client-key', directory),
        exec: user.has('exec') ? readExec(user.child('exec'), directory) : undefined,
        authProvider: user.has('auth-provider') ? readAuthProvider(user.child('auth-provider')) : undefined,
        basic: user.has('username') || user.has('password'),
        impersonate: impersonates ? impersonate : undefined,
    };
}
function readExec(exec, directory) {
    const command = exec.text('command') ?? '';
    return {
        apiVersion: exec.text('apiVersion') ?? '',
        // A bare name is looked up in PATH; anything with a separator starts at the kubeconfig (client-go, clientcmd/loader.go).
        command: command.includes('/') ? (0,external_node_path_namespaceObject.resolve)(directory, command) : command,
        args: exec.texts('args'),
        env: Object.fromEntries(exec.list('env').map((item) => [item.text('name') ?? '', item.text('value') ?? ''])),
        installHint: exec.text('installHint') || undefined,
        interactiveMode: exec.text('interactiveMode') || undefined,
        provideClusterInfo: exec.flag('provideClusterInfo'),
    };
}
const readAuthProvider = (provider) => ({
    name: provider.text('name') ?? '',
    config: provider.map('config', (config, key) => config.text(key) ?? ''),
});
function material(fields, key, directory) {
    const base64 = fields.text(`${key}-data`);
    if (base64)
        return { base64 };
    const file = fields.text(key);
    return file ? { file: file.startsWith('/') ? file : (0,external_node_path_namespaceObject.join)(directory, file) } : undefined;
}
//# sourceMappingURL=kubeconfig.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/kubeconfig-sources.js




/** Where the kubelet mounts a pod's own credentials (client-go `rest/config.go`, InClusterConfig). */
const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
/**
 * The kubeconfig that the user means: content, a path (relative ones start at the workspace), or nothing at all:
 * `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod.
 * @throws UserError when what was named isn't a kubeconfig, or when there is nothing to find
 */
function findKubeconfig(given, environment) {
    if (given.includes('\n') || given.trimStart().startsWith('{')) {
        return parseKubeconfig(given, 'the kubeconfig', environment.workspace);
    }
    if (given !== '')
        return readKubeconfig(expandHome(given, environment), environment);
    const { KUBECONFIG, HOME } = environment.variables;
    const named = (KUBECONFIG ?? '').split(external_node_path_namespaceObject.delimiter).filter((path) => path !== '');
    if (named.length > 0)
        return readAll(named, environment);
    const usual = HOME ? (0,external_node_path_namespaceObject.join)(HOME, '.kube', 'config') : undefined;
    if (usual !== undefined && (0,external_node_fs_.existsSync)(usual))
        return readKubeconfig(usual, environment);
    const own = inClusterKubeconfig(environment, SERVICE_ACCOUNT_DIRECTORY);
    if (own !== undefined)
        return own;
    throw new errors/* UserError */.y('there is no kubeconfig: the input is empty, KUBECONFIG is not set, there is no ~/.kube/config, and this is not a pod with a service account. ' +
        'Pass its content in `kubeconfig`, for example from a secret');
}
/** Files that don't exist are passed over, as kubectl does, unless none does. */
function readAll(paths, environment) {
    const present = paths.filter((path) => (0,external_node_fs_.existsSync)((0,external_node_path_namespaceObject.resolve)(environment.workspace, path)));
    if (present.length === 0)
        throw new errors/* UserError */.y(`KUBECONFIG names ${paths.join(' and ')}, which ${plural(paths)} not exist`);
    return mergeKubeconfigs(present.map((path) => readKubeconfig(path, environment)));
}
const plural = (paths) => (paths.length === 1 ? 'does' : 'do');
function readKubeconfig(path, environment) {
    const absolute = (0,external_node_path_namespaceObject.resolve)(environment.workspace, path);
    let content;
    try {
        content = (0,external_node_fs_.readFileSync)(absolute, 'utf8');
    }
    catch (cause) {
        throw new errors/* UserError */.y(unreadable(path, cause), { cause });
    }
    return parseKubeconfig(content, `kubeconfig ${path}`, (0,external_node_path_namespaceObject.dirname)(absolute));
}
/** A secret pasted where a path belongs must not be printed back. */
function unreadable(path, cause) {
    if (path.length > 200 || /^[A-Za-z0-9+/]{60,}={0,2}$/.test(path)) {
        return `this is neither the content of a kubeconfig nor a path (one line of ${path.length} characters); if it is base64, decode it first`;
    }
    const code = cause.code;
    return code === 'ENOENT' ? `there is no file "${path}"` : `"${path}" can't be read (${code})`;
}
const expandHome = (path, { variables }) => path.startsWith('~/') && variables.HOME ? (0,external_node_path_namespaceObject.join)(variables.HOME, path.slice(2)) : path;
/** The pod's own access to its cluster, or undefined outside a pod. The token file is read again each minute, because the kubelet rotates it. */
function inClusterKubeconfig(environment, directory) {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment.variables;
    const tokenFile = (0,external_node_path_namespaceObject.join)(directory, 'token');
    if (!host || !port || !(0,external_node_fs_.existsSync)(tokenFile))
        return undefined;
    const namespaceFile = (0,external_node_path_namespaceObject.join)(directory, 'namespace');
    const name = 'in-cluster';
    const document = {
        kind: 'Config',
        'current-context': name,
        clusters: [
            {
                name,
                cluster: {
                    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
                    'certificate-authority': (0,external_node_path_namespaceObject.join)(directory, 'ca.crt'),
                },
            },
        ],
        users: [{ name, user: { tokenFile } }],
        contexts: [{ name, context: { cluster: name, user: name, namespace: readOptional(namespaceFile) } }],
    };
    return parseKubeconfig(JSON.stringify(document), "the pod's service account", directory);
}
const readOptional = (path) => ((0,external_node_fs_.existsSync)(path) ? (0,external_node_fs_.readFileSync)(path, 'utf8').trim() : undefined);
//# sourceMappingURL=kubeconfig-sources.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/cluster-inputs.js




/** Left empty, the usual places are tried, as kubectl does. Not `secret`: masking is done by value in `connect`, a path stays readable. */
const kubeconfig = {
    text: 'Access to the cluster: the content of a kubeconfig, or the path of one. ' +
        'Left empty: the files in `KUBECONFIG`, else `~/.kube/config`, else the service account of the pod that the runner is.',
    type: 'kubeconfig (content or path)',
    default: '',
    parse: findKubeconfig,
};
/** What every action that talks to a cluster lets its user say about it; spread into `inputs`. */
const clusterInputs = {
    kubeconfig,
    context: input_kinds_text({ text: 'Context of the kubeconfig; its `current-context` when left empty.' }),
    namespace: dnsLabel({ text: "Namespace of the app; the context's namespace, else `default`, when left empty.", maxLength: 63 }),
};
/** What no single input can know: whether the kubeconfig has the context, and the context's cluster and user. For `conflicts`. */
function clusterConflicts(inputs) {
    if (inputs.kubeconfig === undefined)
        return [];
    try {
        (0,context/* selectContext */.K)(inputs.kubeconfig, inputs.context);
        return [];
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        return [`Input \`${inputs.context === undefined ? 'kubeconfig' : 'context'}\`: ${error.message}.`];
    }
}
//# sourceMappingURL=cluster-inputs.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/manifest/read-manifest.js


/** Kinds that a share of the traffic can't be given to, with the reason. */
const REFUSED = {
    StatefulSet: 'its pods have names and volumes of their own, so a second set beside it would be another database, not a canary',
    DaemonSet: 'it has one pod on each node, so there is no share of pods or traffic to give a canary',
    ScaledObject: 'KEDA would write its own minimum back during the release and may scale stable to 0; pause it for the release',
};
/**
 * Reads a manifest of one or more YAML documents; Lists are opened.
 * @throws UserError with every problem at once
 */
function readManifest(content, path) {
    const objects = parse(content, path).flatMap((document) => (isList(document) ? document.items : [document]));
    const flaws = objects.flatMap((object, index) => flawsOf(object, index));
    if (flaws.length > 0)
        throw new errors/* UserError */.y(flaws.map((flaw) => `${path}: ${flaw}`).join('\n'));
    const all = objects;
    const of = (kind, apiVersion) => all.filter((object) => object.kind === kind && object.apiVersion === apiVersion);
    const [deployments, configMaps, services] = [
        of('Deployment', 'apps/v1'),
        of('ConfigMap', 'v1'),
        of('Service', 'v1'),
    ];
    if (deployments.length === 0)
        throw new errors/* UserError */.y(`${path}: there is no Deployment (apps/v1) in it, so it says nothing of the next version`);
    const taken = new Set([...deployments, ...configMaps, ...services]);
    const others = all.filter((object) => !taken.has(object)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    return { path, deployments, configMaps, services, others };
}
function parse(content, path) {
    try {
        return loadAll(content).filter((document) => document !== null && document !== undefined);
    }
    catch (cause) {
        throw new errors/* UserError */.y(`${path} is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
}
const isList = (document) => typeof document === 'object' && document !== null && Array.isArray(document.items);
function flawsOf(object, index) {
    if (typeof object !== 'object' || object === null || Array.isArray(object))
        return [`document ${index + 1} is not an object`];
    const { kind, apiVersion, metadata } = object;
    if (typeof kind !== 'string' || typeof apiVersion !== 'string' || typeof metadata?.name !== 'string')
        return [`document ${index + 1} lacks apiVersion, kind or metadata.name`];
    const why = REFUSED[kind];
    if (why !== undefined)
        return [`${kind} ${metadata.name} can't be released by share of the traffic: ${why}`];
    const containers = object.spec?.template?.spec?.containers;
    if (kind === 'Deployment' && !Array.isArray(containers))
        return [`Deployment ${metadata.name} has no spec.template with containers`];
    return [];
}
//# sourceMappingURL=read-manifest.js.map
;// CONCATENATED MODULE: ./build/actions/canary-step/action.js








const canaryStep = defineAction({
    name: 'canary-step',
    summary: 'Give the canary a share of the traffic, and prove that it arrived.',
    post: true,
    inputs: {
        ...appInputs,
        weight: percent({ text: 'Share of the traffic for the canary; 100 promotes it, 0 aborts it.', required: true }),
        image: input_kinds_text({
            text: 'Image of the new version, best by digest. Needed by the first step of a release, unless a `manifest` names it; later steps go on with it.',
        }),
        manifest: workspaceFile('Kubernetes manifest', {
            text: 'Path of a manifest with the Deployment, and the ConfigMaps that change with it: environment, probes, resources and configuration then travel with the image. Give it to each step of the release. An app that does not exist yet is created from it.',
        }, readManifest),
        'canary-replicas': integer({
            text: 'Canary pods below 100 %, when other than the share of stable asks for.',
            min: 1,
            max: 10_000,
        }),
        ...testerInputs,
        slo: workspaceFile('SLO file', { text: 'Path of the objectives: the canary is judged at this weight, in this step. Without it nothing is judged.' }, readSlo),
        hold: input_kinds_duration({
            text: 'How long at most to stay at this weight while the gate looks; needs `slo`. A breach ends it at once, a pass as soon as there is enough evidence. Left empty: 2m with `slo`.',
        }),
        'on-breach': oneOf(['abort', 'fail'], {
            text: 'What a breach does: put the release back at once and fail (`abort`), or only fail (`fail`).',
            default: 'abort',
        }),
        promotion: oneOf(['surge', 'in-place'], {
            text: 'Where the traffic stays while stable is updated: on a canary scaled to full (`surge`), or split as it is (`in-place`), for clusters without room.',
            default: 'surge',
        }),
        'on-job-failure': oneOf(['abort', 'hold'], {
            text: 'What happens to the release when this step or a later one of the job fails, or the run is cancelled.',
            default: 'abort',
        }),
        'hold-for': input_kinds_duration({ text: 'How long no other run may take this release over.', default: '6h' }),
        irreversible: flag({
            text: 'Whether going back after the promotion would break something, such as a migrated schema.',
            default: 'false',
        }),
        'managed-by': oneOf(['fail', 'warn'], {
            text: 'What to do about a Deployment or route that Argo CD, Flux or Helm manages and may write back: refuse to begin (`fail`), or go on with a warning (`warn`).',
            default: 'fail',
        }),
        'dry-run': flag({ text: 'Print the plan and let the API server check it, but change nothing.', default: 'false' }),
        ...trafficInputs,
        ...metricsInputs,
        ...clusterInputs,
    },
    outputs: {
        'release-id': 'Id of the release.',
        phase: 'Phase of the release after this step: `holding`, `promoted`, `aborted`, or `none` when there was nothing to do.',
        weight: 'Share of the traffic that the route gives the canary, in percent.',
        'weight-measured': 'Share of the traffic that the canary really got, in percent; empty when nothing was measured.',
        'weight-proven': '`true` when the measured share proves the asked one.',
        'weight-interval-json': 'The 99 % interval of the measured share: `{"low":8.1,"high":12.4}`, in percent.',
        revision: 'Image of the canary.',
        'previous-revision': 'Image of stable when the release started.',
        'canary-name': "Name of the canary's Deployment and Service.",
        verdict: 'What the gate of this step said: `pass`, `warn`, `fail`, `inconclusive` or `error`; empty without `slo`. Only `pass` and `warn` let the job go on.',
        'record-json': 'The release as it stands on record: weights, shares, verdicts and times of its steps; empty when there is none.',
        url: 'Address of the app, by the first host name of its route; empty when the route names none.',
    },
    conflicts: (inputs) => [
        ...clusterConflicts(inputs),
        ...(inputs.hold !== undefined && inputs.slo === undefined
            ? [
                'Input `hold` says how long the gate looks, and there is no gate without `slo`. Give the objectives, or leave `hold` out.',
            ]
            : []),
        ...(inputs['canary-replicas'] !== undefined && inputs.router === 'replicas'
            ? ['Inputs `canary-replicas` and `router: replicas` exclude each other: there the number of pods is the share.']
            : []),
        ...(inputs.router === 'replicas' && inputs.route !== undefined
            ? ['Inputs `route` and `router: replicas` exclude each other; give one.']
            : []),
        ...(inputs.router === 'replicas' && (inputs.header !== undefined || inputs.cookie !== undefined)
            ? ['Inputs `header` and `cookie` need a route that tells requests apart; `router: replicas` can not.']
            : []),
    ],
});
//# sourceMappingURL=action.js.map

/***/ }),

/***/ 870:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _src_action_run_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(261);
/* harmony import */ var _src_release_settle_in_flight_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(473);
/* harmony import */ var _src_target_kubernetes_connect_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(246);
/* harmony import */ var _action_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(546);
/* harmony import */ var _main_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(374);





await (0,_src_action_run_js__WEBPACK_IMPORTED_MODULE_0__/* .run */ .e)(_action_js__WEBPACK_IMPORTED_MODULE_3__/* .canaryStep */ .p, {
    main: (inputs, runtime) => (0,_main_js__WEBPACK_IMPORTED_MODULE_4__/* .step */ .P)(inputs, { ...runtime, cluster: (0,_src_target_kubernetes_connect_js__WEBPACK_IMPORTED_MODULE_2__/* .connect */ .N)(inputs, { ...runtime, dryRun: inputs.dryRun }) }),
    post: (inputs, runtime) => (0,_src_release_settle_in_flight_js__WEBPACK_IMPORTED_MODULE_1__/* .settleInFlight */ .v)((0,_src_target_kubernetes_connect_js__WEBPACK_IMPORTED_MODULE_2__/* .connect */ .N)(inputs, runtime), inputs, runtime),
});
//# sourceMappingURL=index.js.map
__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 374:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  P: () => (/* binding */ step)
});

// EXTERNAL MODULE: ./build/src/release/begin.js
var begin = __nccwpck_require__(578);
// EXTERNAL MODULE: ./build/src/release/config.js
var config = __nccwpck_require__(885);
// EXTERNAL MODULE: ./build/src/release/open.js + 4 modules
var release_open = __nccwpck_require__(923);
// EXTERNAL MODULE: ./build/src/release/stable.js
var stable = __nccwpck_require__(324);
;// CONCATENATED MODULE: ./build/src/release/begin-release.js




/** A release that is about to start; its first announcement, before its first effect, puts it on record. */
async function beginRelease(work, { irreversible, holdFor }, image, prepared, { clock, workflowRun }) {
    if (!prepared)
        throw new Error('a release begins without having looked around first');
    await (0,config/* forgetFormerConfig */.ve)(work, work.held.record.latest);
    (0,begin/* warnOfExpiry */.bo)(work.cluster.credentialsExpireAt, clock.now() + holdFor, work.log);
    return (0,begin/* newRelease */.Gj)({
        app: work.app,
        image,
        run: workflowRun,
        router: work.router.memory,
        stable: await (0,stable/* runningRevision */.DX)(work, work.app.deployment),
        prepared,
        irreversible,
        holdForMs: holdFor,
        nowMs: clock.now(),
        nonce: (0,release_open/* freshNonce */.wQ)(),
    });
}
//# sourceMappingURL=begin-release.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/kinds.js
var kinds = __nccwpck_require__(615);
// EXTERNAL MODULE: ./build/src/target/kubernetes/routers/route-weights.js
var route_weights = __nccwpck_require__(172);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/app.js
var workload_app = __nccwpck_require__(127);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/canary-objects.js
var canary_objects = __nccwpck_require__(51);
;// CONCATENATED MODULE: ./build/src/release/dry-run.js





/**
 * Prints what the step would do and has the API server check each change.
 * @param cluster one whose every mutating request carries `dryRun=All`
 */
async function dryRun(cluster, found, request, log, signal) {
    await log.group(`Dry run: weight ${request.weight}`, async () => {
        for (const [index, { text, send }] of planChanges(cluster, found, request).entries()) {
            await send(signal);
            log.info(`${index + 1}. ${text}: accepted by the API server (dry run)`);
        }
    });
}
function planChanges(cluster, found, { start, image, weight }) {
    const { app, route } = found;
    const memory = start.kind === 'begin' ? (0,release_open/* memoryFor */.jj)(found) : start.release.router;
    const router = (0,release_open/* routerFor */.NF)(cluster, found, memory, undefined);
    const name = (0,workload_app/* canaryName */.mh)(app.name);
    const canaryImage = image ?? (start.kind === 'begin' ? '' : start.release.canary.image);
    const plan = {
        app,
        image: canaryImage,
        replicas: router.canaryReplicas(weight, (0,workload_app/* replicasOf */.N4)(app.deployment)),
        releaseId: 'dry-run',
        isolation: router.isolation,
    };
    const index = app.deployment.spec?.template.spec?.containers.findIndex((container) => container.name === app.container);
    const canary = [
        {
            text: `Run ${plan.replicas} canary pods of ${canaryImage} in Deployment ${name}`,
            send: (signal) => cluster.apply(kinds/* DEPLOYMENT */.uH, (0,canary_objects/* canaryDeployment */.Yw)(plan), { force: false }, signal),
        },
        {
            text: `Put Service ${name} in front of them`,
            send: (signal) => cluster.apply(kinds/* SERVICE */.YV, (0,canary_objects/* canaryService */.YH)(plan), { force: false }, signal),
        },
    ];
    const split = {
        text: `Give them ${weight} % of the traffic of HTTPRoute ${route?.metadata?.name}`,
        send: async (signal) => {
            if (!route || memory.kind !== 'http-route')
                return;
            const backends = { stable: app.service.metadata?.name ?? '', canary: name };
            const rules = (0,route_weights/* withCanaryShare */.W0)((0,route_weights/* rulesOf */.fD)(route), backends, memory.rules, weight);
            await cluster.patch(kinds/* HTTP_ROUTE */.HU, memory.route, [{ op: 'replace', path: '/spec/rules', value: rules }], signal);
        },
    };
    const stable = {
        text: `Update Deployment ${app.deployment.metadata?.name} to ${canaryImage}, bring the traffic back and remove the canary`,
        send: (signal) => cluster.patch(kinds/* DEPLOYMENT */.uH, app.deployment.metadata?.name ?? '', [
            app.next
                ? { op: 'replace', path: '/spec/template', value: app.next.template }
                : { op: 'replace', path: `/spec/template/spec/containers/${index}/image`, value: canaryImage },
        ], signal),
    };
    return [
        ...(weight > 0 ? (router.isolation === 'isolated' ? canary : canary.slice(0, 1)) : []),
        ...(route ? [split] : []),
        ...(weight === 100 ? [stable] : []),
    ];
}
//# sourceMappingURL=dry-run.js.map
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/target/kubernetes/edit-object.js
var edit_object = __nccwpck_require__(976);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(598);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __nccwpck_require__(975);
// EXTERNAL MODULE: ./build/src/target/kubernetes/api-status.js
var api_status = __nccwpck_require__(447);
// EXTERNAL MODULE: ./build/src/target/kubernetes/resource-path.js
var resource_path = __nccwpck_require__(940);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/manifest/travelling.js






/** A label, not a claim: `kubectl rollout restart` writes the same, and a template that differs in nothing else would not roll. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** The Deployment of a manifest that is the app's. @throws UserError when there is none, or it is for another namespace */
function deploymentIn({ path, deployments }, name, namespace) {
    const deployment = deployments.find(({ metadata }) => metadata?.name === name);
    if (!deployment) {
        const there = deployments.map(({ metadata }) => metadata?.name).join(', ');
        throw new errors/* UserError */.y(`${path} has no Deployment ${name}; it has ${there}. Name it with \`deployment:\`.`);
    }
    const asked = deployment.metadata?.namespace;
    if (asked !== undefined && asked !== namespace)
        throw new errors/* UserError */.y(`${path} is for namespace ${asked}, and this step works in ${namespace}. Set \`namespace: ${asked}\`.`);
    return deployment;
}
/** The template that a manifest asks for, with the image that the step names, if it names one. */
function templateIn(deployment, container, image) {
    const template = deployment.spec?.template ?? {};
    const containers = (template.spec?.containers ?? []).map((each) => each.name === container && image !== undefined ? { ...each, image } : each);
    return { ...template, spec: { ...template.spec, containers } };
}
/**
 * Asks the API server what stable would be with the manifest's template, without changing it, and compares the ConfigMaps.
 * @param live the stable Deployment as it is
 * @throws UserError when the manifest can't become this Deployment
 */
async function planTravel(cluster, live, manifest, { container, image }, now, signal) {
    const name = live.metadata?.name ?? '';
    const wanted = deploymentIn(manifest, name, cluster.namespace);
    const template = templateIn(wanted, container, image);
    refuseOtherSelector(live, wanted, manifest.path);
    const [planned, configMaps] = await Promise.all([
        dryRunTemplate(cluster, name, template, signal),
        changedConfigMaps(cluster, manifest, signal),
    ]);
    const changesTemplate = !(0,external_node_util_.isDeepStrictEqual)(withoutRestart(planned), withoutRestart(live.spec?.template ?? {}));
    const restarted = { ...planned.metadata, annotations: { ...planned.metadata?.annotations, [RESTARTED_AT]: now } };
    return {
        hash: hashOf(template, manifest),
        template: changesTemplate || configMaps.length === 0 ? planned : { ...planned, metadata: restarted },
        changesTemplate,
        configMaps,
    };
}
/** Somebody who restarted the pods has not changed the version. */
function withoutRestart(template) {
    const { [RESTARTED_AT]: _, ...annotations } = template.metadata?.annotations ?? {};
    return { ...template, metadata: { ...template.metadata, annotations } };
}
function refuseOtherSelector(live, wanted, path) {
    const [has, asks] = [live.spec?.selector.matchLabels, wanted.spec?.selector?.matchLabels];
    if ((0,external_node_util_.isDeepStrictEqual)(has, asks))
        return;
    throw new errors/* UserError */.y(`${path}: spec.selector of Deployment ${live.metadata?.name} is ${JSON.stringify(asks)}, and ${JSON.stringify(has)} in the cluster. It can't be changed; delete the Deployment first, or put the selector back.`);
}
/** What the template becomes by the server's defaults and admission. */
async function dryRunTemplate(cluster, name, template, signal) {
    const request = {
        method: 'PATCH',
        path: (0,resource_path/* resourcePath */.o)(kinds/* DEPLOYMENT */.uH, cluster.namespace, name),
        query: { dryRun: 'All' },
        contentType: 'application/json-patch+json',
        body: [{ op: 'replace', path: '/spec/template', value: template }],
        retry: true,
    };
    const answer = await cluster.request(request, signal);
    if (answer.status === 200)
        return JSON.parse(answer.body).spec?.template ?? {};
    const error = (0,api_status/* apiError */.pb)(`PATCH ${request.path}`, answer);
    if (answer.status >= 500)
        throw error;
    throw new errors/* UserError */.y(`The API server refuses the manifest's Deployment: ${error.message}`, { cause: error });
}
async function changedConfigMaps(cluster, manifest, signal) {
    const compared = await Promise.all(manifest.configMaps.map(async ({ metadata, data, binaryData }) => {
        const name = metadata?.name ?? '';
        const live = await cluster.read(kinds/* CONFIG_MAP */.K5, name, signal);
        const content = { ...(data && { data }), ...(binaryData && { binaryData }) };
        const isSame = live !== undefined && (0,external_node_util_.isDeepStrictEqual)([live.data ?? {}, live.binaryData ?? {}], [data ?? {}, binaryData ?? {}]);
        if (!isSame && live?.immutable) {
            throw new errors/* UserError */.y(`${manifest.path}: ConfigMap ${name} is immutable in the cluster and has other content. Give the new content a new name.`);
        }
        return isSame ? [] : [{ name, data: content }];
    }));
    return compared.flat();
}
const hashOf = (template, { configMaps }) => (0,external_node_crypto_.createHash)('sha256')
    .update(JSON.stringify([template, configMaps.map(({ metadata, data, binaryData }) => [metadata?.name, data, binaryData])]))
    .digest('hex')
    .slice(0, 16);
//# sourceMappingURL=travelling.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/ownership.js
var ownership = __nccwpck_require__(241);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/rollout.js + 1 modules
var rollout = __nccwpck_require__(27);
;// CONCATENATED MODULE: ./build/src/release/first-deployment.js







/** On a Deployment that this suite created and that has not been ready yet, so that a step that was cut can be run again. */
const UNFINISHED = 'd9.dev/first-deployment';
/** Whether there is no stable yet that a canary could stand beside. */
async function isFirst(cluster, deployment, signal) {
    const live = await cluster.read(kinds/* DEPLOYMENT */.uH, deployment, signal);
    return live === undefined || live.metadata?.annotations?.[UNFINISHED] !== undefined;
}
/**
 * Creates the app as its manifest has it and waits until it is ready. Nothing served before, so nothing is split and nothing is gone back to: what
 * this step created is removed again when it does not start.
 * @returns the image that runs
 */
async function deployFirst(first) {
    const { cluster, manifest, signal, log } = first;
    const wanted = deploymentIn(manifest, first.deployment, cluster.namespace);
    const container = chooseContainer(wanted, first.container);
    const template = templateIn(wanted, container, first.image);
    const service = manifest.services.find(({ metadata }) => metadata?.name === first.service);
    if (!service && !(await cluster.read(kinds/* SERVICE */.YV, first.service, signal))) {
        throw new errors/* UserError */.y(`There is neither a Deployment nor a Service ${cluster.namespace}/${first.service} yet, and ${manifest.path} has no such Service. Add it, or name it with \`service:\`. Nothing has been changed.`);
    }
    const image = (0,workload_app/* imageIn */.Lp)(template, container);
    const deployment = {
        ...wanted,
        metadata: { ...wanted.metadata, annotations: { ...wanted.metadata?.annotations, [UNFINISHED]: 'true' } },
        spec: { ...wanted.spec, selector: wanted.spec?.selector ?? {}, template },
    };
    return log.group(`First deployment: ${image}`, async () => {
        const created = [];
        try {
            for (const configMap of manifest.configMaps)
                created.push(...(await createMissing(cluster, kinds/* CONFIG_MAP */.K5, configMap, signal)));
            if (service)
                created.push(...(await createMissing(cluster, kinds/* SERVICE */.YV, service, signal)));
            created.push(...(await createMissing(cluster, kinds/* DEPLOYMENT */.uH, deployment, signal)));
            const labels = wanted.spec?.selector?.matchLabels ?? {};
            const target = { deployment: first.deployment, labels, container, image, role: 'stable' };
            await (0,rollout/* waitForRollout */.gj)(cluster, target, { clock: first.clock, log, signal, timeoutMs: first.startTimeoutMs });
        }
        catch (error) {
            await removeCreated(cluster, created);
            if (!(error instanceof errors/* UserError */.y))
                throw error;
            throw new errors/* UserError */.y(`${error.message}\nIt is the first deployment of this app; what this step had created is removed again.`, {
                cause: error,
            });
        }
        await finish(cluster, created, first.deployment, signal);
        log.info(`${image} runs and has all traffic: there was no version before it to share with.`);
        return image;
    });
}
/** @returns what was created: nothing when it was there, by a step that was cut or by somebody else */
async function createMissing(cluster, kind, object, signal) {
    const name = object.metadata?.name ?? '';
    if (await cluster.read(kind, name, signal))
        return [];
    await cluster.create(kind, object, signal);
    return [{ kind: kind, name }];
}
/** Also after a cancellation, in the seconds that a cancelled step has. */
async function removeCreated(cluster, created) {
    const signal = AbortSignal.timeout(5000);
    for (const { kind, name } of created.toReversed())
        await cluster.remove(kind, name, {}, signal);
}
/** What was created belongs to whoever applies the manifest next. */
async function finish(cluster, created, deployment, signal) {
    const mark = `/metadata/annotations/${UNFINISHED.replaceAll('/', '~1')}`;
    const unmark = ({ metadata }) => metadata?.annotations?.[UNFINISHED] === undefined ? [] : [{ op: 'remove', path: mark }];
    await (0,edit_object/* editObject */.s)(cluster, kinds/* DEPLOYMENT */.uH, deployment, unmark, signal);
    for (const { kind, name } of created)
        await (0,ownership/* giveUpOwnership */.S)(cluster, kind, name, signal);
}
function chooseContainer(deployment, asked) {
    const names = (deployment.spec?.template?.spec?.containers ?? []).map(({ name }) => name);
    const [only = ''] = names;
    if (asked === undefined && names.length === 1)
        return only;
    if (asked !== undefined && names.includes(asked))
        return asked;
    throw new errors/* UserError */.y(`Deployment ${deployment.metadata?.name} has ${names.length === 1 ? 'the container' : 'the containers'} ${names.join(', ')}. Say with \`container:\` which one is released. Nothing has been changed.`);
}
//# sourceMappingURL=first-deployment.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/surroundings/managed-by.js
const MARKS = [
    ['Argo CD', /^argocd\.argoproj\.io\/(tracking-id|instance)$/],
    ['Flux', /^(kustomize|helm)\.toolkit\.fluxcd\.io\/name$/],
    ['Helm', /^meta\.helm\.sh\/release-name$/],
];
const FIELD_MANAGERS = [
    ['Argo CD', /^argocd(-controller|-application-controller)?$/],
    ['Flux', /^(kustomize|helm)-controller$/],
    ['Helm', /^helm$/],
];
/** Who manages an object, by the marks that Argo CD, Flux and Helm leave on it. Flux before Helm: its releases carry Helm's marks too. */
function managerOf(metadata) {
    const keys = [...Object.keys(metadata?.annotations ?? {}), ...Object.keys(metadata?.labels ?? {})];
    const writers = (metadata?.managedFields ?? []).map(({ manager }) => manager ?? '');
    for (const [tool, pattern] of MARKS) {
        const mark = keys.find((key) => pattern.test(key));
        if (mark !== undefined)
            return { tool, mark };
        const writer = writers.find((manager) => FIELD_MANAGERS.some(([of, name]) => of === tool && name.test(manager)));
        if (writer !== undefined)
            return { tool, mark: `field manager ${writer}` };
    }
    return undefined;
}
//# sourceMappingURL=managed-by.js.map
;// CONCATENATED MODULE: ./build/src/release/gitops.js


/** The objects of a release that something else keeps as Git has them. */
function managedObjects({ app, route }) {
    const objects = [
        { object: `Deployment ${app.namespace}/${app.deployment.metadata?.name}`, manager: managerOf(app.deployment.metadata) },
        ...(route ? [{ object: `HTTPRoute ${app.namespace}/${route.metadata?.name}`, manager: managerOf(route.metadata) }] : []),
    ];
    return objects.flatMap(({ object, manager }) => (manager ? [{ object, manager }] : []));
}
/** @throws UserError for objects that a GitOps tool would write back in the middle of the release, unless the user knows */
function refuseManaged(found, policy, log) {
    const managed = managedObjects(found).map(({ object, manager: { tool, mark } }) => `${object} is managed by ${tool} (${mark}).`);
    if (managed.length === 0)
        return;
    const text = `${managed.join('\n')}\nIt may write its own version back in the middle of the release. ` +
        'Let it ignore the weights and the image, or suspend it (docs/gitops.md)';
    if (policy === 'fail')
        throw new errors/* UserError */.y(`${text}, then set \`managed-by: warn\`.`);
    log.warning(`${text}.`);
}
/** After a release: what Git must say, lest the next sync undoes it. */
function tellGit(found, image, log) {
    const [deployment] = managedObjects({ app: found.app, route: undefined });
    if (!deployment)
        return;
    log.warning(`${deployment.object} runs ${image} now, and ${deployment.manager.tool} does not know. Write this image where ${deployment.manager.tool} takes it from, or its next run brings the other one back.`);
}
//# sourceMappingURL=gitops.js.map
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
// EXTERNAL MODULE: ./build/src/slo/judge/state.js
var judge_state = __nccwpck_require__(35);
;// CONCATENATED MODULE: ./build/src/slo/evidence-line.js


/** The objective that a line is about in the first place: the first ratio, or the first of all where there is none. */
const leadingObjective = ({ objectives }) => objectives.find(({ kind }) => kind === 'ratio') ?? objectives[0];
/** What a look of the gate saw, as a line. An objective without data counts nothing. */
function evidenceLine(slo, { at, canary, stable }, before) {
    const countsOf = (name) => ({
        canary: canary.counts.get(name) ?? { good: 0, bad: 0 },
        ...(slo.compare && { stable: stable.counts.get(name) ?? { good: 0, bad: 0 } }),
    });
    const leading = leadingObjective(slo)?.name ?? '';
    const others = slo.objectives.filter(({ name }) => name !== leading).map(({ name }) => [name, countsOf(name)]);
    return {
        t: at / 1000,
        objective: leading,
        ...countsOf(leading),
        ...(others.length > 0 && { objectives: Object.fromEntries(others) }),
        ...(before && { before }),
    };
}
/**
 * Reads one line.
 * @param where names the line in messages
 * @throws UserError when it is not such a line
 */
function parseEvidenceLine(text, where) {
    const refuse = (what) => new UserError(`${where}: ${what}; a line is {"t":seconds,"canary":{"good":n,"bad":n},"stable":{"good":n,"bad":n}}`);
    let line;
    try {
        line = JSON.parse(text);
    }
    catch (cause) {
        throw new UserError(refuse('this is not JSON').message, { cause });
    }
    if (!isObject(line))
        throw refuse('this is no object');
    if (typeof line.t !== 'number')
        throw refuse('`t` is no number');
    if (line.objective !== undefined && typeof line.objective !== 'string')
        throw refuse('`objective` is no name');
    checkPoll(line, '', refuse);
    for (const [name, poll] of entriesOf(line.objectives, 'objectives', refuse)) {
        if (!isObject(poll))
            throw refuse(`\`objectives.${name}\` is no object`);
        checkPoll(poll, `objectives.${name}.`, refuse);
    }
    for (const [name, state] of entriesOf(line.before, 'before', refuse)) {
        if (!parseJudgeState(state))
            throw refuse(`\`before.${name}\` is no state that this version of the judge knows`);
    }
    return line;
}
function checkPoll(poll, path, refuse) {
    if (!isCounts(poll.canary))
        throw refuse(`\`${path}canary\` has no counts \`good\` and \`bad\`, numbers from 0 on`);
    if (poll.stable !== undefined && !isCounts(poll.stable)) {
        throw refuse(`\`${path}stable\` has no counts \`good\` and \`bad\`, numbers from 0 on`);
    }
}
function entriesOf(value, name, refuse) {
    if (value === undefined)
        return [];
    if (!isObject(value))
        throw refuse(`\`${name}\` is no object`);
    return Object.entries(value);
}
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isCounts = (value) => isObject(value) && isCount(value.good) && isCount(value.bad);
//# sourceMappingURL=evidence-line.js.map
;// CONCATENATED MODULE: ./build/src/slo/judge/ln-evidence.js
const HALF_LN_2_PI = 0.5 * Math.log(2 * Math.PI);
/** A part of a request so small that it says nothing; below it the machine's numbers run out. */
const NOTHING = 1e-12;
/** Far above what any count up to 10⁹ needs (about the square root of the count near the mode); it only bounds the time. */
const MAX_TERMS = 200_000;
/**
 * Natural logarithm of the e-value against "an event has probability ≤ share", after `events` events and `others` of anything else:
 *
 *     E = ∫_{share}^{1} (p/share)^events · ((1−p)/(1−share))^others dp / (1−share)
 *
 * the likelihood ratio mixed uniformly over all higher probabilities. It equals
 * B(events+1, others+1) · (1 − I_share(events+1, others+1)) / ((1−share) · share^events · (1−share)^others); here the large terms are
 * cancelled on paper, not in the machine, so that a million requests lose no digits. See README.md for the steps.
 *
 * Grows with events, falls with others. Finite for all finite counts ≥ 0, whole or not.
 * @param share in (0, 1)
 * @param rest 1 − share, given by callers that know it without rounding
 */
function lnEvidenceAbove(events, others, share, rest = 1 - share) {
    const total = events + others;
    if (total < NOTHING)
        return 0;
    // Few events: the integrand only falls from its 1 at `share`, and E is the continued fraction alone.
    if (rest < (others + 2) / (total + 4)) {
        return Math.log(share) - Math.log(others + 1) + Math.log(betaFraction(others + 1, events + 1, rest));
    }
    // Many events: the peak lies inside; take the whole integral over (0, 1), less the part below `share`.
    const lnWhole = deviance(events, total * share) +
        deviance(others, total * rest) -
        Math.log(total + 1) -
        lnPeakOfBinomial(events, others) -
        Math.log(rest);
    const lnBelow = Math.log(share) - Math.log(events + 1) + Math.log(betaFraction(events + 1, others + 1, share));
    return lnWhole + Math.log1p(-Math.exp(lnBelow - lnWhole));
}
/**
 * How much likelier the counts are at their own share of events than at `share`, as a natural logarithm; 0 when their share is not higher.
 * Grows with events, falls with others.
 */
function lnLikelihoodGain(events, others, share) {
    const total = events + others;
    if (events <= total * share)
        return 0;
    return deviance(events, total * share) + deviance(others, total * (1 - share));
}
/** x·ln(x/m) + m − x without cancellation near x = m (C. Loader 2000, "Fast and accurate computation of binomial probabilities", bd0). */
function deviance(x, m) {
    if (x === 0)
        return m;
    const v = (x - m) / (x + m);
    if (Math.abs(v) >= 0.1)
        return x * (Math.log(x) - Math.log(m)) + m - x;
    let sum = (x - m) * v;
    let term = 2 * x * v;
    for (let j = 3;; j += 2) {
        term *= v * v;
        const next = sum + term / j;
        if (next === sum)
            return sum;
        sum = next;
    }
}
/** ln of the binomial probability of `events` in `events + others` at its own most likely share (Loader's saddle point). */
function lnPeakOfBinomial(events, others) {
    if (events === 0 || others === 0)
        return 0;
    const total = events + others;
    const spread = HALF_LN_2_PI + 0.5 * (Math.log(events) + Math.log(others) - Math.log(total));
    return stirlingError(total) - stirlingError(events) - stirlingError(others) - spread;
}
/** ln Γ(x+1) − ((x+½)·ln x − x + ½·ln 2π), for x > 0: what Stirling's formula leaves out. */
function stirlingError(x) {
    if (x < 10) {
        // Γ(x+1) from Γ(x+1+10) by the recurrence.
        let lnProduct = 0;
        for (let i = 1; i <= 10; i++)
            lnProduct += Math.log(x + i);
        const y = x + 10;
        const lnGamma = stirlingError(y) + (y + 0.5) * Math.log(y) - y + HALF_LN_2_PI - lnProduct;
        return lnGamma - ((x + 0.5) * Math.log(x) - x + HALF_LN_2_PI);
    }
    const s = 1 / (x * x);
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / x;
}
/**
 * The continued fraction F of the incomplete beta function, I_x(a, b) = x^a·(1−x)^b / (a·B(a, b)) · F (DLMF 8.17.22), by Lentz's method.
 * Converges quickly for x < (a+1)/(a+b+2).
 */
function betaFraction(a, b, x) {
    const tiny = 1e-300;
    const away = (value) => (Math.abs(value) < tiny ? tiny : value);
    let c = 1;
    let d = 1 / away(1 - ((a + b) * x) / (a + 1));
    let fraction = d;
    for (let m = 1; m <= MAX_TERMS; m++) {
        const even = ((m * (b - m)) / (a + 2 * m - 1) / (a + 2 * m)) * x;
        d = 1 / away(1 + even * d);
        c = away(1 + even / c);
        fraction *= d * c;
        const odd = (-(a + m) / (a + 2 * m)) * ((a + b + m) / (a + 2 * m + 1)) * x;
        d = 1 / away(1 + odd * d);
        c = away(1 + odd / c);
        fraction *= d * c;
        if (Math.abs(d * c - 1) < 1e-15)
            break;
    }
    return fraction;
}
//# sourceMappingURL=ln-evidence.js.map
// EXTERNAL MODULE: ./build/src/slo/judge/relative.js
var relative = __nccwpck_require__(784);
;// CONCATENATED MODULE: ./build/src/slo/judge/rule-out.js


/** Chance that an objective ever passes in a step although the bad share is `ruleOut` or more. */
const BETA = 0.05;
/** What lnEvidenceBelow has to reach for a share to be excluded. */
const LN_EXCLUDED = -Math.log(BETA);
const LN_HALF = -Math.log(2);
/**
 * ln of the e-value against "the bad share is at least `share`": half of it believes in no bad request at all, which is what most canaries
 * show, half in any share below (the test of lnEvidenceAbove with good and bad exchanged). Grows with good ones and with `share`, falls
 * with bad ones.
 * @param share in (0, 1)
 */
function lnEvidenceBelow({ good, bad }, share) {
    const anyBelow = LN_HALF + lnEvidenceAbove(good, bad, 1 - share, share);
    return bad > 0 ? anyBelow : (0,relative/* lnSumExp */.jL)([anyBelow, LN_HALF - good * Math.log1p(-share)]);
}
/** The bad share from which on everything is excluded, with 95 % confidence at any time of looking; a fraction, 1 without a request. */
function upperBound(counts) {
    // The e-value against a share grows with that share, so there is one place where it reaches 1 / β.
    let [low, high] = [0, 1];
    for (let i = 0; i < 40; i++) {
        const middle = (low + high) / 2;
        if (lnEvidenceBelow(counts, middle) >= LN_EXCLUDED)
            high = middle;
        else
            low = middle;
    }
    return high;
}
//# sourceMappingURL=rule-out.js.map
;// CONCATENATED MODULE: ./build/src/slo/judge/judge.js




/** Chance that a release is ever failed although its canary meets all objectives, shared among the objectives. */
const ALPHA = 0.01;
/** So many bad requests are believed from a single poll; fewer need a second one, as a burst has one cause. */
const judge_BELIEVED_AT_ONCE = 3;
/** What the relative evidence is believed in beside the absolute. With little traffic for the canary it sees more than the absolute does. */
const RELATIVE_WEIGHT = 0.9;
const [LN_RELATIVE_WEIGHT, LN_ABSOLUTE_WEIGHT] = [Math.log(RELATIVE_WEIGHT), Math.log(1 - RELATIVE_WEIGHT)];
/**
 * Half the 95 % point of χ² with one degree of freedom: from here on counts speak against a hypothesis, as a likelihood-ratio test sees it.
 * Only ever withholds a pass, so the error bounds do not depend on it.
 */
const LN_SPEAKS = 1.92;
/** A single bad request says nothing about the canary as against stable: it has to be on one of the two sides. */
const SPEAKS_FROM = 2;
/** So many requests of the canary without one of stable: there is nothing to compare with, and the canary is judged alone. */
const STABLE_SILENT_AFTER = 20;
/** Part of the canary's requests that must have had stable beside them for a pass. */
const MATCHED_FOR_PASS = 0.5;
/** The terms of one of `objectiveCount` objectives that are judged together. */
const termsOf = ({ max, ruleOut }, objectiveCount = 1, compare = false) => ({
    max,
    ruleOut,
    alpha: ALPHA / objectiveCount,
    compare,
});
/**
 * Adds one poll to what is known, and judges. Pure; may be asked after every poll without spoiling the error bounds.
 * @throws RangeError when a count is negative or not finite
 */
function judge(terms, before, poll) {
    const { canary, stable = { good: 0, bad: 0 } } = poll;
    return assess(terms, (0,judge_state/* addPoll */.tu)(before, terms.compare ? { canary, stable } : { canary }));
}
/**
 * Judges what is known.
 * - fail: the evidence has reached 1/α, more than `max` of the requests are bad, and it is no single burst. A fail stands.
 * - pass: `ruleOut` is excluded, and nothing speaks against `max` or, with stable beside it, for harm.
 * - warn: `ruleOut` is excluded, but something does speak.
 * - inconclusive: everything else, above all no data; and trouble that stable has too.
 */
function assess(terms, state) {
    const compared = terms.compare ? state.beside : null;
    const figures = {
        lnEAbsolute: lnEvidenceAbove(state.bad, state.good, terms.max),
        lnERelative: compared && (0,relative/* lnRelativeEvidence */.yb)(compared.lnByRatio),
        lnE: lnEvidenceForFail(terms, state, healthOfStable(terms, state)),
        lnEToFail: -Math.log(terms.alpha),
        lnEPass: lnEvidenceBelow(state.forPass, terms.ruleOut),
        lnEToPass: LN_EXCLUDED,
    };
    const found = decide(terms, state, figures);
    return {
        state: found.failed ? { ...state, failed: found.failed } : state,
        verdict: found.verdict,
        cause: found.cause,
        ...figures,
    };
}
/**
 * Whether the evidence has reached what a fail needs, and why; `single-burst` when only the guard against bursts stands against it.
 * The part of `assess` that may end a release, by itself because it is so much less work.
 */
function failCause(terms, state) {
    if (state.failed)
        return state.failed;
    const { good, bad } = state;
    const compared = terms.compare ? state.beside : null;
    const lnEToFail = -Math.log(terms.alpha);
    if (bad <= terms.max * (good + bad))
        return undefined;
    // A mixture is never above its likeliest alternative, so most looks need no more than this.
    const relativeGain = compared ? (0,relative/* lnRelativeGain */.qe)(compared.lnByRatio) : 0;
    if (Math.max(relativeGain, lnLikelihoodGain(bad, good, terms.max)) < lnEToFail)
        return undefined;
    const stable = healthOfStable(terms, state);
    if (!countsAlone(stable) && relativeGain < lnEToFail)
        return undefined;
    if (lnEvidenceForFail(terms, state, stable) < lnEToFail)
        return undefined;
    if (state.pollsWithBad < 2 && bad < judge_BELIEVED_AT_ONCE)
        return 'single-burst';
    return compared && (0,relative/* lnRelativeEvidence */.yb)(compared.lnByRatio) + LN_RELATIVE_WEIGHT >= lnEToFail ? 'worse-than-stable' : 'above-max';
}
/** What counts as evidence for a fail, from the two e-values. Mixed rather than each held to its own α: the mean of e-values is one too. */
const mixEvidence = (lnEAbsolute, lnERelative) => (0,relative/* lnSumExp */.jL)([LN_RELATIVE_WEIGHT + lnERelative, LN_ABSOLUTE_WEIGHT + lnEAbsolute]);
/** What the canary did by itself counts where stable was good, or is not there; the comparison counts always. */
function lnEvidenceForFail(terms, { good, bad, beside }, stable) {
    const compared = terms.compare ? beside : null;
    if (compared === null)
        return lnEvidenceAbove(bad, good, terms.max);
    const lnERelative = (0,relative/* lnRelativeEvidence */.yb)(compared.lnByRatio);
    return countsAlone(stable) ? mixEvidence(lnEvidenceAbove(bad, good, terms.max), lnERelative) : LN_RELATIVE_WEIGHT + lnERelative;
}
const countsAlone = (stable) => stable === 'within-max' || stable === 'absent';
/**
 * How stable did at the times when the canary's requests came. Only where it was within `max` is badness of the canary above `max` the
 * canary's own. `unclear` when stable, were it as bad as the canary, could still have been spared by chance (with probability α).
 */
function healthOfStable({ max, alpha, compare }, { good, bad, beside }) {
    if (!compare || beside === null)
        return 'absent';
    const total = good + bad;
    if (beside.good + beside.bad === 0)
        return total >= STABLE_SILENT_AFTER ? 'absent' : 'unclear';
    if (beside.matched === 0)
        return 'unclear';
    if (beside.expectedBad > max * beside.matched)
        return 'above-max';
    // So many requests, and bad ones, of stable is what the comparison rests on; as against the canary's share.
    const requests = (beside.matched / beside.spread) * beside.matched;
    const stableBad = requests * (beside.expectedBad / beside.matched);
    const better = lnLikelihoodGain(requests - stableBad, stableBad, 1 - bad / (total + 1));
    return better >= -Math.log(alpha) ? 'within-max' : 'unclear';
}
function decide(terms, state, { lnEAbsolute, lnEToFail, lnEPass }) {
    const { good, bad, beside } = state;
    const total = good + bad;
    const failed = failCause(terms, state);
    if (failed === 'single-burst')
        return { verdict: 'inconclusive', cause: failed };
    if (failed)
        return { verdict: 'fail', cause: failed, failed };
    if (total === 0)
        return { verdict: 'inconclusive', cause: 'no-data' };
    const stable = healthOfStable(terms, state);
    const overMax = lnLikelihoodGain(bad, good, terms.max) >= LN_SPEAKS;
    if (overMax && stable === 'above-max')
        return { verdict: 'inconclusive', cause: 'shared-incident' };
    if (lnEAbsolute >= lnEToFail && stable === 'unclear')
        return { verdict: 'inconclusive', cause: 'stable-unclear' };
    if (lnEPass < LN_EXCLUDED)
        return { verdict: 'inconclusive', cause: 'too-few-requests' };
    if (terms.compare && (beside?.matched ?? 0) < MATCHED_FOR_PASS * total)
        return { verdict: 'inconclusive', cause: 'nothing-beside' };
    if (overMax)
        return { verdict: 'warn', cause: 'between-limits' };
    const harm = terms.compare && beside !== null && bad >= SPEAKS_FROM && (0,relative/* lnRelativeGain */.qe)(beside.lnByRatio) >= LN_SPEAKS;
    return harm ? { verdict: 'warn', cause: 'worse-than-stable' } : { verdict: 'pass', cause: 'ruled-out' };
}
//# sourceMappingURL=judge.js.map
;// CONCATENATED MODULE: ./build/src/slo/judge/enough.js




/** No release waits for more; it keeps the searches finite. */
const NEVER = 2 ** 40;
/** How many more requests, none of them bad, would make a pass, as far as the canary itself decides that; 0 once passed. */
function requestsToPass(terms, state = judge_state/* noEvidence */.n2) {
    const alone = { ...terms, compare: false };
    const before = { ...state, beside: null, failed: null };
    return smallest((good) => (good === 0 ? assess(alone, before) : judge(alone, before, { canary: { good, bad: 0 } })).verdict === 'pass');
}
/** How many more bad requests, in a row, would make a fail whatever stable does, unless it is above `max` itself; 0 once failed. */
function badToFail(terms, state = noEvidence) {
    if (state.failed)
        return 0;
    const lnEToFail = -Math.log(terms.alpha);
    return smallest((more) => {
        const bad = state.bad + more;
        return bad >= BELIEVED_AT_ONCE && lnEWithoutStable(terms, bad, state.good) >= lnEToFail;
    });
}
/** The rate that so many requests in so long let one hope for: the upper end of its 98 % interval (F. J. Anscombe's square root for counts). */
const hopefulRps = (requests, seconds) => (Math.sqrt(requests + 0.75) + 1.163) ** 2 / seconds;
/** What a pass needs from here on, if no request is bad. */
const needToPass = (terms, { canaryRps }, state) => needOf(requestsToPass(terms, state), canaryRps);
/**
 * What a fail needs from the start when `badShare` of the requests are bad: where the evidence, of counts exactly in proportion, reaches the
 * threshold. About the median of real releases. Undefined when such a canary is not above `max`.
 */
function needToFail(terms, traffic, badShare) {
    if (badShare <= terms.max)
        return undefined;
    const lnEToFail = -Math.log(terms.alpha);
    const requests = smallest((n) => n * badShare >= 2 && lnEOf(terms, traffic, n, badShare) >= lnEToFail);
    return needOf(requests, traffic.canaryRps);
}
const needOf = (requests, canaryRps) => ({
    requests,
    minutes: requests === 0 ? 0 : canaryRps > 0 ? requests / canaryRps / 60 : Number.POSITIVE_INFINITY,
});
/** ln E of a canary with `n` requests, `badShare` of them bad, beside the stable of `traffic`. */
function lnEOf(terms, { canaryRps, stableRps = 0, stableBadShare = 0 }, n, badShare) {
    const [bad, good] = [n * badShare, n * (1 - badShare)];
    if (!terms.compare || stableRps === 0 || !(canaryRps > 0))
        return lnEWithoutStable(terms, bad, good);
    const stable = (n * stableRps) / canaryRps;
    const lnByRatio = (0,relative/* compare */.UD)(relative/* nothingCompared */.z_, {
        canary: { good, bad },
        stable: { good: stable * (1 - stableBadShare), bad: stable * stableBadShare },
    });
    const lnEAbsolute = stableBadShare <= terms.max ? lnEvidenceAbove(bad, good, terms.max) : Number.NEGATIVE_INFINITY;
    return mixEvidence(lnEAbsolute, (0,relative/* lnRelativeEvidence */.yb)(lnByRatio));
}
const lnEWithoutStable = (terms, bad, good) => {
    const lnE = lnEvidenceAbove(bad, good, terms.max);
    return terms.compare ? mixEvidence(lnE, Number.NEGATIVE_INFINITY) : lnE;
};
/** The smallest whole number from 0 on for which it holds, of something that goes on holding; Infinity when there is none. */
function smallest(holds) {
    if (holds(0))
        return 0;
    let high = 1;
    while (!holds(high)) {
        if (high >= NEVER)
            return Number.POSITIVE_INFINITY;
        high *= 2;
    }
    let low = Math.floor(high / 2);
    while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (holds(middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}
//# sourceMappingURL=enough.js.map
// EXTERNAL MODULE: ./build/src/slo/percent.js
var percent = __nccwpck_require__(215);
;// CONCATENATED MODULE: ./build/src/slo/need.js





/** How the canary may fail, for the announcement: altogether, and in one request of ten. */
const [ALL_BAD, TENTH_BAD] = [1, 0.1];
/** The terms that the file sets for one of its objectives. */
const termsIn = (slo, objective) => termsOf(objective, slo.objectives.length, slo.compare === 'stable');
/**
 * What is said before a hold: how many requests, and how many minutes at the present rate, a pass and a fail need for each objective.
 * @param traffic what canary and stable get now, by name of the objective; undefined when it is not known
 */
function explainNeed(slo, traffic) {
    const lines = slo.objectives.map((objective) => {
        const terms = termsIn(slo, objective);
        const assumed = traffic?.get(objective.name) ?? { canaryRps: 0 };
        const pass = needToPass(terms, assumed);
        const [all, tenth] = [needToFail(terms, assumed, ALL_BAD), needToFail(terms, assumed, TENTH_BAD)];
        const fail = [
            ...(all ? [`${all.requests} if all are bad${time(all, '')}`] : []),
            ...(tenth ? [`${tenth.requests} if ${(0,percent/* formatPercent */.l9)(TENTH_BAD)} are${time(tenth, '')}`] : []),
        ];
        const proof = `${pass.requests} requests without an error rule out ${(0,percent/* formatPercent */.l9)(objective.ruleOut)} bad${time(pass, 'about ')}`;
        return `  ${objective.name}: ${proof}; a fail takes about ${fail.join(', ')}`;
    });
    return [`What a pass needs${rateOf(slo, traffic)}, and a fail:`, ...lines].join('\n');
}
function rateOf(slo, traffic) {
    if (traffic === undefined)
        return '';
    const { canaryRps = 0 } = traffic.get(leadingObjective(slo)?.name ?? '') ?? {};
    return canaryRps > 0
        ? ` at ${Number(canaryRps.toPrecision(2))} canary requests a second`
        : ' (the canary gets no requests now)';
}
/** ` (about 1m20s)`; nothing when the rate is not known. */
const time = ({ minutes }, about) => Number.isFinite(minutes) ? ` (${about}${(0,duration/* formatDuration */.a)(Math.max(1, Math.ceil(minutes * 60)) * 1000)})` : '';
//# sourceMappingURL=need.js.map
;// CONCATENATED MODULE: ./build/src/slo/judge/explain.js


/** Says why, in one sentence without a full stop. */
function explain(terms, { state, cause, verdict }) {
    const { good, bad, beside } = state;
    const total = good + bad;
    const seen = `${bad} of ${total} requests were bad${total > 0 && bad > 0 ? ` (${(0,percent/* formatPercent */.l9)(bad / total)})` : ''}`;
    const [max, ruleOut] = [(0,percent/* formatPercent */.l9)(terms.max), (0,percent/* formatPercent */.l9)(terms.ruleOut)];
    const stableTotal = (beside?.good ?? 0) + (beside?.bad ?? 0);
    const stable = `${beside?.bad ?? 0} of ${stableTotal} of stable's${stableTotal > 0 ? ` (${(0,percent/* formatPercent */.l9)((beside?.bad ?? 0) / stableTotal)})` : ''}`;
    switch (cause) {
        case 'no-data':
            return 'no request was counted';
        case 'above-max':
            return `${seen}, more than ${max} allows`;
        case 'worse-than-stable':
            return verdict === 'fail'
                ? `${seen}, against ${stable} at the same time`
                : `${seen}: ${ruleOut} or more is ruled out, but stable does better (${stable})`;
        case 'ruled-out':
            return `${seen}; ${ruleOut} or more is ruled out`;
        case 'between-limits':
            return `${seen}: ${ruleOut} or more is ruled out, but they speak against ${max}`;
        case 'shared-incident':
            return `shared incident: ${seen}, but so were ${stable}; both versions are above ${max}, so it is not the canary`;
        case 'stable-unclear':
            return `${seen}, more than ${max} allows, but stable had too few requests (${stableTotal}) to tell whether it fails as well`;
        case 'single-burst':
            return `${seen}, all in one poll; a second poll with bad requests, or 3 of them, makes it a fail`;
        case 'nothing-beside':
            return `${seen}, but stable had too few requests at the same time (${stableTotal}) to compare with`;
        case 'too-few-requests':
            return `${seen}; ${requestsToPass(terms, state)} more without an error would rule out ${ruleOut}`;
    }
}
//# sourceMappingURL=explain.js.map
;// CONCATENATED MODULE: ./build/src/slo/trial.js







/** One objective under judgement: its terms, and what is known. */
class Trial {
    objective;
    #terms;
    #broughtAlong;
    #judgement;
    constructor(objective, terms, state = judge_state/* noEvidence */.n2) {
        this.objective = objective;
        this.#terms = terms;
        this.#broughtAlong = state.good + state.bad;
        this.#judgement = judge(terms, state, { canary: { good: 0, bad: 0 } });
    }
    /** As of now. What an earlier step brought along never makes a pass by itself: each step looks for itself. */
    get verdict() {
        const { verdict } = this.#judgement;
        return verdict !== 'fail' && this.heard === 0 ? 'inconclusive' : verdict;
    }
    /** Requests of the canary in this step. */
    get heard() {
        const { good, bad } = this.#judgement.state;
        return good + bad - this.#broughtAlong;
    }
    get state() {
        return this.#judgement.state;
    }
    hear(poll) {
        this.#judgement = judge(this.#terms, this.#judgement.state, poll);
    }
    /** `errors: 0 bad of 312` */
    progress() {
        const { good, bad } = this.#judgement.state;
        return `${this.objective.name}: ${bad} bad of ${good + bad}`;
    }
    /** Whether no pass can be hoped for in the time that is left, although nothing is bad, at the rate of this step so far. */
    isHopeless(elapsedMs, leftMs) {
        if (this.#judgement.state.bad > 0 || this.verdict === 'pass')
            return false;
        return requestsToPass(this.#terms, this.state) > (hopefulRps(this.heard, elapsedMs / 1000) * leftMs) / 1000;
    }
    /** The last word on a hold that `isHopeless`, so many milliseconds after the first counts began. */
    refuse(canary, elapsedMs, holdMs) {
        const { requests } = needToPass(this.#terms, { canaryRps: 0 }, this.state);
        if (this.heard === 0) {
            const silent = this.#withoutData(canary, elapsedMs);
            return {
                ...silent,
                reason: `${silent.reason}; the ${requests} for a pass cannot be hoped for in a hold of ${(0,duration/* formatDuration */.a)(holdMs)}`,
            };
        }
        const takes = this.#duration(requests, (this.heard * 1000) / elapsedMs);
        const reason = `a hold of ${(0,duration/* formatDuration */.a)(holdMs)} is too short for a verdict: ${requests} requests without an error are still needed, ` +
            `and the canary got ${this.heard} in ${(0,duration/* formatDuration */.a)(elapsedMs)}, so that takes about ${takes} more; ` +
            'hold longer, give the canary more weight, or raise `rule-out`';
        return this.#result('inconclusive', 'hold-too-short', reason, elapsedMs);
    }
    /**
     * The last word, when no more will be heard. Without any request in this step it is
     * - `error`, when no canary pod ever answered although there were some to ask, or the source itself failed;
     * - `inconclusive` otherwise.
     */
    conclude(canary, stable, elapsedMs) {
        const { verdict, cause } = this.#judgement;
        if (verdict !== 'fail' && this.heard === 0)
            return this.#withoutData(canary, elapsedMs);
        const failures = canary.failed > 0 ? `; ${failedPolls(canary)}` : '';
        if (cause === 'too-few-requests')
            return this.#result(verdict, cause, `${this.#tooFew(elapsedMs)}${failures}`, elapsedMs);
        const reason = explain(this.#terms, this.#judgement);
        if (cause === 'nothing-beside' && stable.lastProblem)
            return this.#result(verdict, cause, `${reason}; stable: ${stable.lastProblem}`, elapsedMs);
        return this.#result(verdict, cause, reason, elapsedMs);
    }
    #tooFew(elapsedMs) {
        const { good, bad } = this.#judgement.state;
        const requests = requestsToPass(this.#terms, this.state);
        const time = `, about ${this.#duration(requests, (this.heard * 1000) / elapsedMs)} at this rate`;
        const seen = `${bad} of ${good + bad} requests were bad (${(0,percent/* formatPercent */.l9)(bad / (good + bad))})`;
        return `too few requests: ${seen}; ${requests} more without an error were needed for a pass${elapsedMs > 0 ? time : ''}`;
    }
    #withoutData(source, elapsedMs) {
        const during = `in ${(0,duration/* formatDuration */.a)(elapsedMs)}`;
        if (source.failed > 0 && source.answered === 0) {
            const reason = `the canary's metrics could not be read ${during}: ${failedPolls(source)}`;
            return this.#result('error', 'not-answering', reason, elapsedMs);
        }
        const why = !source.sawPods
            ? 'there was no ready canary pod'
            : source.answered === 0
                ? 'no canary pod was past its warm-up'
                : (source.lastProblem ?? 'the canary got no request');
        return this.#result('inconclusive', 'no-data', `no data ${during}: ${why}`, elapsedMs);
    }
    /** How long so many requests take; `requests` and `rps` above 0. */
    #duration(requests, rps) {
        return (0,duration/* formatDuration */.a)(Math.ceil(requests / rps) * 1000);
    }
    #result(verdict, cause, reason, elapsedMs) {
        const { state, lnEAbsolute, lnERelative, lnE, lnEToFail } = this.#judgement;
        const { good, bad, beside } = state;
        const rps = this.heard > 0 && elapsedMs > 0 ? (this.heard * 1000) / elapsedMs : 0;
        const { requests, minutes } = needToPass(this.#terms, { canaryRps: rps }, state);
        return {
            name: this.objective.name,
            verdict,
            cause,
            reason,
            good,
            bad,
            badShare: good + bad > 0 ? bad / (good + bad) : undefined,
            stable: this.#terms.compare ? { good: beside?.good ?? 0, bad: beside?.bad ?? 0 } : undefined,
            lnEAbsolute,
            lnERelative,
            lnE,
            lnEToFail,
            upperBound: upperBound(state.forPass),
            needed: requestsToPass(this.#terms),
            toPass: { requests, minutes: Number.isFinite(minutes) ? minutes : undefined },
            state,
        };
    }
}
const failedPolls = ({ failed, polls, lastProblem }) => `${failed} of ${polls} looks failed${lastProblem ? `, the last one with: ${lastProblem}` : ''}`;
//# sourceMappingURL=trial.js.map
// EXTERNAL MODULE: ./build/src/slo/within.js
var within = __nccwpck_require__(799);
;// CONCATENATED MODULE: ./build/src/slo/witness.js


/** A source that takes longer has failed this time; it is asked again. */
const POLL_TIMEOUT_MS = 10_000;
const MAX_REMARKS = 20;
const NOT_ASKED = { polls: 0, answered: 0, failed: 0, sawPods: false, lastProblem: undefined };
/** Asks the source, hands what it says to the trials, and remembers how well it answered. */
class Witness {
    #options;
    #noted = new Set();
    #seen = new Map();
    #before;
    /** Why the canary can't serve, once that is known. */
    broken;
    canary = NOT_ASKED;
    stable = NOT_ASKED;
    /** When the first counts began, in milliseconds since the epoch: the first look at a pod is only its baseline. */
    countsSince;
    constructor(options) {
        this.#options = options;
        this.#before = options.before;
    }
    async look(trials) {
        const { slo, record } = this.#options;
        const poll = await this.#ask();
        if (poll instanceof Error) {
            const nobody = { pods: 0, scraped: 0, problems: [poll.message], notes: [] };
            this.canary = this.#after(this.canary, nobody);
            this.stable = this.#after(this.stable, nobody, false);
            return;
        }
        this.broken ??= poll.canary.broken;
        const line = evidenceLine(slo, poll, this.#before);
        this.#before = undefined;
        record?.(line);
        for (const trial of trials)
            this.#tell(trial, line);
        if (poll.canary.scraped > 0)
            this.countsSince ??= poll.at;
        this.canary = this.#after(this.canary, poll.canary);
        this.stable = this.#after(this.stable, poll.stable, slo.compare !== undefined);
    }
    /** @returns what the source says, or what kept it from that */
    async #ask() {
        const { slo, source, clock, signal } = this.#options;
        try {
            return await (0,within/* within */.u)(POLL_TIMEOUT_MS, clock, signal, (inner) => source.poll(slo.objectives, inner));
        }
        catch (error) {
            if (signal.aborted)
                throw signal.reason;
            return error instanceof Error ? error : new Error(String(error));
        }
    }
    /** What each objective's counts have come to a second, until now. */
    traffic(now) {
        const seconds = Math.max(1e-3, (now - (this.countsSince ?? now)) / 1000);
        return new Map([...this.#seen].map(([name, { canary, stable, stableBad }]) => [
            name,
            { canaryRps: canary / seconds, stableRps: stable / seconds, stableBadShare: stable > 0 ? stableBad / stable : 0 },
        ]));
    }
    #tell(trial, line) {
        const { name } = trial.objective;
        const poll = name === line.objective ? line : line.objectives?.[name];
        if (poll === undefined)
            return;
        trial.hear(poll);
        const seen = this.#seen.get(name) ?? { canary: 0, stable: 0, stableBad: 0 };
        const { canary, stable = { good: 0, bad: 0 } } = poll;
        this.#seen.set(name, {
            canary: seen.canary + canary.good + canary.bad,
            stable: seen.stable + stable.good + stable.bad,
            stableBad: seen.stableBad + stable.bad,
        });
    }
    #after(record, side, tell = true) {
        const { log } = this.#options;
        if (tell) {
            for (const note of side.notes)
                this.#once(note, (text) => log.info(text));
            for (const problem of side.problems)
                this.#once(problem, (text) => log.warning(text));
        }
        const answered = side.scraped > 0;
        return {
            polls: record.polls + 1,
            answered: record.answered + (answered ? 1 : 0),
            failed: record.failed + (!answered && side.problems.length > 0 ? 1 : 0),
            sawPods: record.sawPods || side.pods > 0,
            lastProblem: side.problems[0] ?? record.lastProblem,
        };
    }
    /** A look a second would repeat itself a hundred times, and a hundred pods would too. */
    #once(text, say) {
        if (this.#noted.has(text) || this.#noted.size >= MAX_REMARKS)
            return;
        this.#noted.add(text);
        say(text);
    }
}
//# sourceMappingURL=witness.js.map
;// CONCATENATED MODULE: ./build/src/slo/gate.js




const PROGRESS_EVERY_MS = 5000;
/** The rate of requests is taken so often, in a short hold after a quarter of it. */
const RATE_EVERY_MS = 5000;
/** The later, the more a hold that is too short is worth ending with all that could be seen. */
const REFUSED_UP_TO = 0.5;
/** Worst first: the gate's verdict is the first of these that any objective has. */
const SEVERITY = ['fail', 'error', 'inconclusive', 'warn', 'pass'];
/**
 * Watches the canary until there is a verdict or the hold is over. A fail ends it at once; silence never passes. A hold that is too short for
 * a pass at the present rate is refused, most often within seconds.
 * @throws the signal's reason when it is aborted, or what `record` throws; nothing else: a source that fails is part of the result
 */
async function watchObjectives(options) {
    const { slo, source, holdMs, pollMs = 1000, clock, log, signal, settle = 'early', resume = {} } = options;
    const startedAt = clock.now();
    const deadline = startedAt + holdMs;
    const trials = slo.objectives.map((objective) => new Trial(objective, termsIn(slo, objective), resume[objective.name]));
    const witness = new Witness({ slo, source, clock, log, signal, before: resume, record: options.record });
    const result = (objectives) => ({
        ...sumUp(objectives),
        objectives,
        polls: witness.canary.polls,
        startedAt,
        endedAt: clock.now(),
    });
    const conclude = (trial, now) => trial.conclude(witness.canary, witness.stable, now - startedAt);
    log.info(explainNeed(slo));
    let progressAt = startedAt + PROGRESS_EVERY_MS;
    let rateIsSaid = false;
    let rateAfter = Math.min(RATE_EVERY_MS, holdMs / 4);
    for (;;) {
        const polledAt = clock.now();
        await witness.look(trials);
        const now = clock.now();
        // Requests to a pod that is down are in no pod's figures: this is the only trace of them.
        if (witness.broken !== undefined)
            return { ...result(trials.map((trial) => conclude(trial, now))), verdict: 'fail', reason: `${witness.broken}.` };
        const failed = trials.some(({ verdict }) => verdict === 'fail');
        const passed = trials.every(({ verdict }) => verdict === 'pass');
        if (failed || (passed && settle === 'early') || now >= deadline) {
            return result(trials.map((trial) => conclude(trial, now)));
        }
        const counted = now - (witness.countsSince ?? now);
        if (counted >= rateAfter && now - startedAt <= holdMs * REFUSED_UP_TO) {
            if (!rateIsSaid)
                log.info(explainNeed(slo, witness.traffic(now)));
            rateIsSaid = true;
            rateAfter += RATE_EVERY_MS;
            const hopeless = trials.filter((trial) => trial.isHopeless(counted, deadline - now));
            if (hopeless.length > 0) {
                const last = (trial) => hopeless.includes(trial) ? trial.refuse(witness.canary, counted, holdMs) : conclude(trial, now);
                return result(trials.map(last));
            }
        }
        if (now >= progressAt) {
            log.info(`${trials.map((trial) => trial.progress()).join(' · ')} · ${(0,duration/* formatDuration */.a)(now - startedAt)} of ${(0,duration/* formatDuration */.a)(holdMs)}`);
            progressAt = now + PROGRESS_EVERY_MS;
        }
        await clock.sleep(Math.max(0, Math.min(polledAt + pollMs, deadline) - now), signal);
    }
}
function sumUp(objectives) {
    const verdict = SEVERITY.find((candidate) => objectives.some((objective) => objective.verdict === candidate)) ?? 'inconclusive';
    const told = objectives.filter((objective) => objective.verdict === verdict).map(({ name, reason }) => `${name}: ${reason}`);
    return { verdict, reason: `${told.join('; ')}.` };
}
//# sourceMappingURL=gate.js.map
// EXTERNAL MODULE: ./build/src/release/abort.js
var abort = __nccwpck_require__(809);
// EXTERNAL MODULE: ./build/src/release/describe.js
var describe = __nccwpck_require__(174);
// EXTERNAL MODULE: ./build/src/release/evidence.js + 4 modules
var evidence = __nccwpck_require__(811);
// EXTERNAL MODULE: ./build/src/release/record.js + 1 modules
var record = __nccwpck_require__(605);
// EXTERNAL MODULE: ./build/src/release/record-store.js
var record_store = __nccwpck_require__(902);
;// CONCATENATED MODULE: ./build/src/release/gate-memory.js






/** What earlier gates of this release knew, by name of the objective, as the next one goes on from it. */
function recall({ gate, weight }) {
    if (gate === undefined)
        return {};
    const from = { sameWeight: gate.weight === weight, passed: gate.verdict === 'pass' || gate.verdict === 'warn' };
    const states = gate.objectives.flatMap(({ name, state }) => {
        // A state of another version of the judge is no state of ours; the test starts anew.
        const known = (0,judge_state/* parseJudgeState */.CS)(state);
        return known ? [[name, (0,judge_state/* forNextStep */.n_)(known, from)]] : [];
    });
    return Object.fromEntries(states);
}
/** The release with what the gate found: its verdict on the step that it looked at, and its states for the next gate. */
function withVerdict(release, gate) {
    const { weight, steps } = release;
    const { verdict } = gate;
    return {
        ...release,
        gate: {
            at: new Date(gate.endedAt).toISOString(),
            weight,
            verdict,
            objectives: gate.objectives.map(({ name, state }) => ({ name, state })),
        },
        steps: steps.map((step, i) => (i === steps.length - 1 ? { ...step, verdict } : step)),
    };
}
/** Keeps the verdict in the release record. @returns why it could not be kept, for people; undefined when it was, or is not ours to keep */
async function keepVerdict(cluster, found, release, gate, effects) {
    if (!owns(effects.workflowRun, release)) {
        effects.log.info(`The release belongs to ${release.owner.url}; the verdict is not kept in its record.`);
        return undefined;
    }
    try {
        return await withRecord(found.app.name, found, { ...effects, cluster, nonce: freshNonce() }, async (held) => {
            const current = held.record.latest;
            if (current === undefined || isOver(current) || current.id !== release.id || current.weight !== release.weight)
                return 'The release was changed by another step meanwhile, so the verdict is about what is no longer there.';
            await held.write(withVerdict(current, gate));
            return undefined;
        });
    }
    catch (error) {
        if (error instanceof UserError)
            return error.message;
        throw error;
    }
}
//# sourceMappingURL=gate-memory.js.map
// EXTERNAL MODULE: ./build/src/release/work.js
var release_work = __nccwpck_require__(698);
;// CONCATENATED MODULE: ./build/src/release/judge-hold.js






/** Watches the canary at its weight; a breach puts the release back at once, in this process. Only evidence lets the step succeed. */
async function judgeHold(work, before, { slo: asked, holdMs, onBreach }) {
    const { clock, log, held } = work;
    const slo = before.weight === 100 ? alone(asked, log) : asked;
    const gate = await log.group(`Gate: ${before.canary.image} at ${before.weight} %`, () => watchObjectives({
        slo,
        source: work.evidence((0,evidence/* readingFor */.QW)(slo)),
        holdMs,
        resume: recall(before),
        clock,
        log,
        signal: held.signal,
    }));
    const { verdict, reason } = gate;
    log.info(`Verdict: ${verdict}. ${reason}`);
    const failure = `Verdict ${verdict}: ${reason}`;
    if (verdict === 'fail' && onBreach === 'abort') {
        const release = await (0,abort/* abort */.h)(work, withVerdict(before, gate), `the gate failed: ${reason.replace(/\.$/, '')}`);
        return { release, verdict, failure: `${failure}\n${(0,describe/* describeState */.J)(release)}` };
    }
    const release = await (0,release_work/* announce */.iP)(work, withVerdict(before, gate), {});
    if (verdict === 'pass' || verdict === 'warn')
        return { release, verdict, failure: undefined };
    return { release, verdict, failure: `${failure}\n${(0,describe/* describeState */.J)(release)}` };
}
/** Where the canary has all traffic there is no stable at the same time. */
function alone({ compare, ...rest }, log) {
    if (compare)
        log.info(`All traffic is the canary's, so \`compare: ${compare}\` has nothing to compare with; it is judged alone.`);
    return rest;
}
//# sourceMappingURL=judge-hold.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/canary-endpoints.js
var canary_endpoints = __nccwpck_require__(865);
// EXTERNAL MODULE: ./build/src/release/leave.js
var leave = __nccwpck_require__(48);
// EXTERNAL MODULE: ./build/src/target/kubernetes/surroundings/autoscaler.js
var surroundings_autoscaler = __nccwpck_require__(915);
;// CONCATENATED MODULE: ./build/src/release/raise.js









/**
 * Gives the canary its share of the traffic: pods first, then the weight; when the weight falls, the other way round. Done before, it changes
 * nothing.
 */
async function raise(work, before, target) {
    const { weight } = target;
    const testers = target.testers ?? before.testers;
    const previous = before.weight;
    const isFirst = before.phase === 'starting';
    const pods = target.pods ?? work.router.canaryReplicas(weight, before.stableReplicas);
    const current = isFirst && previous === 0 ? 0 : await canaryReplicasNow(work);
    const share = { percent: weight, pods, testers };
    const isSame = previous === weight && current === pods && (0,external_node_util_.isDeepStrictEqual)(testers, before.testers);
    if (before.phase === 'holding' && isSame && lastStepReached(before, weight)) {
        await (0,rollout/* waitForRollout */.gj)(work.cluster, (0,release_work/* canaryTarget */.A3)(work, before), (0,release_work/* waitOf */.pE)(work));
        await work.router.shift(share, work.held.signal);
        return before;
    }
    const release = await (0,release_work/* announce */.iP)(work, before, { weight, ...(testers && { testers }) });
    await work.log.group(`Canary at ${weight} %: pods`, async () => {
        if (isFirst)
            await holdStable(work, release);
        else if (pods >= current)
            await (0,canary_endpoints/* listCanaryPods */.L)(work.cluster, work.app, work.router.isolation, pods, work.held.signal);
        await runCanary(work, release, Math.max(pods, isFirst ? 0 : current));
        await work.router.admit(work.held.signal);
        if (isFirst || pods > current)
            await (0,release_work/* settle */.G9)(work);
    });
    const proof = await work.log.group(`Canary at ${weight} %: traffic`, async () => {
        await work.router.shift(share, work.held.signal);
        await (0,release_work/* settle */.G9)(work);
        return work.proveSplit(reachable(work, release, weight), reachable(work, release, weight === previous ? 0 : previous), {
            signal: work.held.signal,
            hasTesters: testers !== undefined,
        });
    });
    if (pods < current && !isFirst)
        await shrinkCanary(work, release, pods);
    const holding = { ...release, phase: 'holding' };
    return (0,release_work/* announce */.iP)(work, holding, (0,release_work/* withStep */.p$)(work, holding, proof));
}
const reachable = ({ router }, { stableReplicas }, weight) => weight === 0 ? 0 : router.reachableShare(weight, stableReplicas);
/** Keeps stable at its size while the traffic is elsewhere, so that an abort finds the capacity it needs. */
async function holdStable(work, { autoscaler, deployment }) {
    if (!autoscaler)
        return;
    work.log.info(`Autoscaler ${autoscaler.name}: minReplicas ${autoscaler.minReplicas} → ${autoscaler.raisedTo} until the release is over`);
    await (0,surroundings_autoscaler/* raiseMinimum */.rn)(work.cluster, deployment, autoscaler, work.held.signal);
}
/** Applies the canary's objects with this many replicas and waits until all of them are ready and listed. */
async function runCanary(work, release, replicas) {
    const { app, cluster, router, held } = work;
    const plan = { app, image: release.canary.image, replicas, releaseId: release.id, isolation: router.isolation };
    if (release.budget)
        await cluster.apply(kinds/* POD_DISRUPTION_BUDGET */.wN, (0,canary_objects/* canaryBudget */.Yh)(plan, release.budget), { force: false }, held.signal);
    await (0,config/* applyCanaryConfig */.XJ)(work, release);
    const written = await cluster.apply(kinds/* DEPLOYMENT */.uH, (0,canary_objects/* canaryDeployment */.Yw)(plan), { force: false }, held.signal);
    if (router.isolation === 'isolated')
        await cluster.apply(kinds/* SERVICE */.YV, (0,canary_objects/* canaryService */.YH)(plan), { force: false }, held.signal);
    await (0,rollout/* waitForRollout */.gj)(cluster, { ...(0,release_work/* canaryTarget */.A3)(work, release), written }, (0,release_work/* waitOf */.pE)(work));
    if (router.isolation === 'isolated')
        await (0,rollout/* waitForEndpoints */.Py)(cluster, (0,workload_app/* canaryName */.mh)(app.name), replicas, (0,release_work/* waitOf */.pE)(work));
}
/** Takes canary pods away that the share no longer needs: out of the endpoints first, stopped when no proxy knows them any more. */
async function shrinkCanary(work, release, pods) {
    const { cluster, app, router, held } = work;
    if (await (0,canary_endpoints/* listCanaryPods */.L)(cluster, app, router.isolation, pods, held.signal))
        await (0,release_work/* settle */.G9)(work);
    await runCanary(work, release, pods);
}
const lastStepReached = ({ steps }, weight) => steps.at(-1)?.weight === weight;
async function canaryReplicasNow({ cluster, app, held }) {
    return (await cluster.read(kinds/* DEPLOYMENT */.uH, (0,workload_app/* canaryName */.mh)(app.name), held.signal))?.spec?.replicas ?? 0;
}
//# sourceMappingURL=raise.js.map
;// CONCATENATED MODULE: ./build/src/release/promote.js









/** Makes the canary's version the stable one and removes the canary. Continues where a killed process left off. */
async function promote(work, before, { promotion, gate }) {
    const surges = promotion === 'surge' && work.router.kind !== 'replicas';
    if (promotion === 'surge' && !surges)
        work.log.info('Without a router the traffic can not stay on the canary: stable is updated in place.');
    let release = before;
    let verdict;
    const from = before.phase === 'promoting' ? before.stage : undefined;
    if (isDue('shifted', from)) {
        release = surges ? await moveAllTraffic(work, release) : await announceStage(work, release, 'shifted', release.weight);
        const judged = surges && gate ? await judgeHold(work, release, gate) : undefined;
        if (judged?.failure !== undefined)
            return judged;
        if (judged)
            ({ release, verdict } = judged);
    }
    if (isDue('updating-stable', from))
        release = await updateStable(work, release);
    if (isDue('returning', from))
        release = await returnTraffic(work, release);
    release = await announceStage(work, release, 'draining', 0);
    await (0,leave/* leaveNothingBehind */.z)(work, release);
    const promoted = { ...(0,record/* ended */.v6)(release, 'promoted', (0,release_work/* now */.tB)(work)), weight: 0 };
    const known = await (0,release_work/* announce */.iP)(work, promoted, {
        canary: { ...promoted.canary, templateHash: await (0,stable/* templateHashOf */.gM)(work, await (0,stable/* readStable */.iV)(work)) },
        ...(0,release_work/* withStep */.p$)(work, promoted),
    });
    return { release: known, verdict, failure: undefined };
}
const ORDER = ['shifted', 'updating-stable', 'returning', 'draining'];
/** A stage that was announced may not have been finished, so it is done again; the ones before it are over. */
const isDue = (stage, from) => from === undefined || ORDER.indexOf(stage) >= ORDER.indexOf(from);
const announceStage = (work, release, stage, weight) => (0,release_work/* announce */.iP)(work, release, { phase: 'promoting', stage, weight });
async function moveAllTraffic(work, before) {
    return work.log.group('Promote: all traffic to the canary', async () => {
        const release = await announceStage(work, before, 'shifted', 100);
        if (before.phase === 'starting')
            await holdStable(work, release);
        const pods = work.router.canaryReplicas(100, release.stableReplicas);
        if (before.phase !== 'starting')
            await (0,canary_endpoints/* listCanaryPods */.L)(work.cluster, work.app, work.router.isolation, pods, work.held.signal);
        await runCanary(work, release, pods);
        await work.router.admit(work.held.signal);
        await (0,release_work/* settle */.G9)(work);
        await work.router.shift({ percent: 100, pods, testers: release.testers }, work.held.signal);
        await (0,release_work/* settle */.G9)(work);
        const proof = await work.proveSplit(100, before.weight === 100 ? 0 : before.weight, { signal: work.held.signal });
        return { ...release, ...(0,release_work/* withStep */.p$)(work, release, proof) };
    });
}
async function updateStable(work, before) {
    return work.log.group('Promote: stable gets the new version', async () => {
        const release = await announceStage(work, before, 'updating-stable', before.weight);
        const written = await updateToCanary(work, release);
        await (0,rollout/* waitForRollout */.gj)(work.cluster, (0,stable/* stableTarget */.d7)(work, release.canary.image, written), (0,release_work/* waitOf */.pE)(work));
        await (0,stable/* waitForStableEndpoints */.aF)(work, release, written);
        await (0,release_work/* settle */.G9)(work);
        return release;
    });
}
/** Stable gets what the canary has proven, and no more than that: the image, or the manifest's whole template and its ConfigMaps. */
async function updateToCanary(work, release) {
    if (!work.app.next)
        return (0,stable/* setStableImage */.Nk)(work, release, release.canary.image);
    await (0,config/* promoteConfig */.$5)(work, release);
    return (0,stable/* setStableTemplate */.U6)(work, work.app.next.template);
}
/** Back to stable in two moves, each proven, so that stable's fresh pods meet the load in two halves. */
async function returnTraffic(work, before) {
    return work.log.group('Promote: traffic back to stable', async () => {
        let release = before;
        for (const weight of before.weight > 50 ? [50, 0] : [0]) {
            const previous = release.weight;
            release = await announceStage(work, release, 'returning', weight);
            const pods = work.router.canaryReplicas(100, release.stableReplicas);
            await work.router.shift({ percent: weight, pods, testers: release.testers }, work.held.signal);
            await (0,release_work/* settle */.G9)(work);
            const proof = await work.proveSplit(weight, previous, {
                signal: work.held.signal,
                hasTesters: release.testers !== undefined,
            });
            release = { ...release, ...(0,release_work/* withStep */.p$)(work, release, proof) };
        }
        return release;
    });
}
//# sourceMappingURL=promote.js.map
;// CONCATENATED MODULE: ./build/src/release/move.js




/** Moves the release to where the step wants it, and judges it there. */
async function move(work, before, target) {
    if (target.weight === 100)
        return promote(work, before, target);
    const release = await raise(work, before, target);
    return target.gate ? judgeHold(work, release, target.gate) : { release, failure: undefined };
}
/** @throws UserError when there would be no moment at which the canary has the traffic that is to be judged */
function refuseUnjudgeable({ weight, promotion, gate }, isSplitByRoute) {
    if (!gate || weight < 100 || (promotion === 'surge' && isSplitByRoute))
        return;
    throw new errors/* UserError */.y('Inputs `slo` and `hold` with `weight: 100` judge the canary while it has all traffic, which it never has ' +
        `${isSplitByRoute ? 'with `promotion: in-place`' : 'without a route'}. Judge it in a step before, and leave them out of this one. Nothing has been changed.`);
}
//# sourceMappingURL=move.js.map
// EXTERNAL MODULE: ./build/src/release/needs.js
var needs = __nccwpck_require__(474);
// EXTERNAL MODULE: ./build/src/target/kubernetes/routers/find-http-route.js
var find_http_route = __nccwpck_require__(543);
// EXTERNAL MODULE: ./build/src/target/kubernetes/routers/testers.js
var routers_testers = __nccwpck_require__(9);
// EXTERNAL MODULE: ./build/src/target/kubernetes/selection.js
var selection = __nccwpck_require__(494);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/surroundings/disruption-budget.js

/**
 * Plans a budget for the canary like stable's.
 * @returns undefined when stable has none, or when the canary's pods are under it already: a pod under two budgets can't be evicted at all
 */
function planBudget(budgets, stableLabels, canaryLabels) {
    const over = (labels) => budgets.filter(({ spec }) => (0,selection/* selects */.k)(spec?.selector, labels));
    const [budget] = over(stableLabels);
    if (!budget || over(canaryLabels).length > 0)
        return undefined;
    const { minAvailable, maxUnavailable } = budget.spec ?? {};
    return {
        name: budget.metadata?.name ?? '',
        ...(minAvailable !== undefined && { minAvailable }),
        ...(maxUnavailable !== undefined && { maxUnavailable }),
    };
}
//# sourceMappingURL=disruption-budget.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/surroundings/other-ways.js


/**
 * Lists what else leads to stable.
 * @param split the route that is split; undefined when the ratio of pods is the split, which covers every way
 */
function otherWays({ ingresses, routes, services }, service, split, stableLabels, canaryLabels) {
    const others = services.filter(({ metadata, spec }) => metadata?.name !== service && isSelecting(spec?.selector) && (0,selection/* selects */.k)({ matchLabels: spec?.selector ?? {} }, stableLabels));
    if (split === undefined)
        return { uncovered: [], leaking: [] };
    const isLeaking = ({ spec }) => (0,selection/* selects */.k)({ matchLabels: spec?.selector ?? {} }, canaryLabels);
    return {
        uncovered: [
            ...ingresses.filter((ingress) => ingressLeadsTo(ingress, service)).map(({ metadata }) => `Ingress ${metadata?.name}`),
            ...routes
                .filter((route) => route.metadata?.name !== split && (0,route_weights/* leadsTo */.Rs)(route, service))
                .map(({ metadata }) => `HTTPRoute ${metadata?.name}`),
            ...others.filter((other) => !isLeaking(other)).map(({ metadata }) => `Service ${metadata?.name}`),
        ],
        leaking: others.filter(isLeaking).map(({ metadata }) => `Service ${metadata?.name}`),
    };
}
const isSelecting = (selector) => Object.keys(selector ?? {}).length > 0;
const ingressLeadsTo = ({ spec }, service) => [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))].some((backend) => backend?.service?.name === service);
//# sourceMappingURL=other-ways.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/surroundings/pod-policies.js

/** Selectors of other things than pods. */
const NOT_OF_PODS = /^(namespaceSelector|nodeSelector|serviceSelector|serviceAccountSelector)$/;
/**
 * Finds the selectors, wherever they stand in a policy, that have stable's pods and leave the canary's out: as target, so that the canary is not
 * covered, or as peer, so that the canary is not let through.
 */
function gapsIn(policies, stable, canary) {
    return policies.flatMap(({ kind, metadata, spec }) => gapPaths(spec, 'spec', stable, canary).map((path) => ({ policy: `${kind} ${metadata?.name}`, path })));
}
function gapPaths(value, path, stable, canary) {
    if (typeof value === 'string')
        return isTextGap(value, stable, canary) ? [path] : [];
    if (Array.isArray(value))
        return value.flatMap((item, index) => gapPaths(item, `${path}[${index}]`, stable, canary));
    if (typeof value !== 'object' || value === null)
        return [];
    if ('matchLabels' in value || 'matchExpressions' in value) {
        const selector = withoutPrefixes(value);
        return (0,selection/* selects */.k)(selector, stable) && !(0,selection/* selects */.k)(selector, canary) ? [path] : [];
    }
    return Object.entries(value)
        .filter(([key]) => !NOT_OF_PODS.test(key))
        .flatMap(([key, inner]) => gapPaths(inner, `${path}.${key}`, stable, canary));
}
/** Cilium says where a label comes from: `k8s:app`. */
function withoutPrefixes({ matchLabels, matchExpressions }) {
    const bare = (key) => key.replace(/^(k8s|any):/, '');
    return {
        matchLabels: Object.fromEntries(Object.entries(matchLabels ?? {}).map(([key, value]) => [bare(key), value])),
        matchExpressions: (matchExpressions ?? []).map((term) => ({ ...term, key: bare(term.key) })),
    };
}
/** Calico selects by an expression such as `app == 'restaurant'`; one that names a label with stable's value does not have the canary's. */
function isTextGap(expression, stable, canary) {
    return Object.entries(stable).some(([key, value]) => {
        if (canary[key] === value)
            return false;
        return [`'${value}'`, `"${value}"`].some((quoted) => expression.includes(`${key} == ${quoted}`));
    });
}
//# sourceMappingURL=pod-policies.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/cluster.js
var kubernetes_cluster = __nccwpck_require__(334);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/surroundings/read-surroundings.js



/** Kinds that are there only when somebody installed them, by API group. */
const OPTIONAL = [
    { group: 'cilium.io', version: 'v2', plural: 'ciliumnetworkpolicies', kind: 'CiliumNetworkPolicy', role: 'policy' },
    { group: 'crd.projectcalico.org', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy (Calico)', role: 'policy' },
    { group: 'security.istio.io', version: 'v1', plural: 'authorizationpolicies', kind: 'AuthorizationPolicy', role: 'policy' },
    { group: 'monitoring.coreos.com', version: 'v1', plural: 'podmonitors', kind: 'PodMonitor', role: 'monitor' },
    { group: 'monitoring.coreos.com', version: 'v1', plural: 'servicemonitors', kind: 'ServiceMonitor', role: 'monitor' },
];
/**
 * Reads everything at once.
 * @param canaryName of the canary's Deployment and Service
 * @throws UserError when a policy of an installed kind can't be read: nobody would know whether it cuts the canary off
 */
async function readSurroundings(cluster, canaryName, signal) {
    const list = (kind) => cluster.list(kind, {}, signal);
    const [autoscalers, budgets, ingresses, networkPolicies, optional, canary] = await Promise.all([
        list(kinds/* HORIZONTAL_POD_AUTOSCALER */.xG),
        list(kinds/* POD_DISRUPTION_BUDGET */.wN),
        list(kinds/* INGRESS */.kf),
        list(kinds/* NETWORK_POLICY */.UR),
        readOptional(cluster, signal),
        cluster.read(kinds/* DEPLOYMENT */.uH, canaryName, signal),
    ]);
    const ofRole = (role) => optional.filter((found) => found.role === role).flatMap(({ objects }) => objects);
    return {
        autoscalers,
        budgets,
        ingresses,
        policies: [
            ...networkPolicies.map(({ metadata, spec }) => named('NetworkPolicy', metadata, spec)),
            ...ofRole('policy'),
        ],
        monitors: ofRole('monitor'),
        canary,
    };
}
const named = (kind, metadata, spec) => ({ kind, metadata, spec });
async function readOptional(cluster, signal) {
    const groups = await apiGroups(cluster, signal);
    const installed = OPTIONAL.filter(({ group }) => groups.has(group));
    return Promise.all(installed.map(async (kind) => {
        const objects = await cluster.list(kind, {}, signal).catch((error) => {
            if (!(error instanceof kubernetes_cluster/* ApiError */.h))
                throw error;
            // Installed in another version: nothing of it can be in force for this app under the version that we know.
            if (error.status === 404)
                return [];
            if (error.status === 403 && kind.role === 'monitor')
                return [];
            if (error.status === 403)
                throw mayNotList(kind, cluster.namespace);
            throw error;
        });
        return { role: kind.role, objects: objects.map(({ metadata, spec }) => named(kind.kind, metadata, spec)) };
    }));
}
const mayNotList = ({ group, plural }, namespace) => new errors/* UserError */.y(`The credentials may not list ${plural} in namespace ${namespace} (to see whether a policy would cut the canary off). Add this rule to their Role:\n` +
    `  - apiGroups: ["${group}"]\n    resources: ["${plural}"]\n    verbs: ["list"]`);
/** The names of the API groups that the server has, built in or installed. */
async function apiGroups(cluster, signal) {
    const answer = await cluster.request({ method: 'GET', path: '/apis' }, signal);
    if (answer.status !== 200)
        throw new kubernetes_cluster/* ApiError */.h(answer.status, 'Discovery', `GET /apis: ${answer.body.slice(0, 300)}`);
    const { groups = [] } = JSON.parse(answer.body);
    return new Set(groups.map(({ name }) => name));
}
//# sourceMappingURL=read-surroundings.js.map
;// CONCATENATED MODULE: ./build/src/release/preflight.js















/**
 * Looks around before a release begins. What stands in the way may be the release that another run has begun since the survey; then that is what
 * there is to say.
 * @throws UserError as `preflight` does
 */
async function lookAround(cluster, found, options, log, signal) {
    try {
        return await preflight(cluster, found, options, log, signal);
    }
    catch (error) {
        const { record } = await (0,record_store/* readRecord */.aE)(cluster, found.app.name, signal);
        if (record.latest?.id === found.record.latest?.id)
            throw error;
        return 'start over';
    }
}
/**
 * Looks around before a release begins, for what would go wrong in the middle of it.
 * @throws UserError with everything that stands in the way; nothing has been changed by then
 */
async function preflight(cluster, found, options, log, signal) {
    const { route } = found;
    const around = await readSurroundings(cluster, (0,workload_app/* canaryName */.mh)(found.app.name), signal);
    const app = route ? withIsolation(found.app, around) : found.app;
    const isolation = route ? 'isolated' : 'shared';
    const deployment = app.deployment.metadata?.name ?? '';
    const [stable, canary] = [(0,workload_app/* templateOf */.kW)(app.deployment).metadata?.labels ?? {}, (0,canary_objects/* canaryPodLabels */.Rt)(app, isolation)];
    const problems = new errors/* Problems */.Z();
    await problems.gather(() => (0,rollout/* refuseUnsettled */.h7)(app.deployment));
    await problems.gather(() => refuseManaged(found, options.managedBy, log));
    if (route)
        await problems.gather(() => (0,find_http_route/* refuseShared */.qY)(route, (0,workload_app/* backendsOf */.dc)(app)));
    if (route)
        await problems.gather(() => (0,find_http_route/* refuseUnaccepted */.vs)(route));
    refuseUnserved(app, problems);
    refuseForeignCanary(found, around, problems);
    refuseGaps(app, around.policies, problems);
    await problems.gather(() => refuseTesters(found, testersOf(options)));
    const autoscaler = await problems.gather(() => (0,surroundings_autoscaler/* planAutoscaler */.xI)(around.autoscalers, deployment, (0,workload_app/* replicasOf */.N4)(app.deployment)));
    problems.throwIfAny();
    for (const { policy } of gapsIn(around.monitors.filter(isOfPods), stable, canary))
        log.warning(`${policy} scrapes stable's pods and will not scrape the canary's.`);
    const entrances = { ingresses: around.ingresses, services: found.services, routes: found.routes };
    tellOtherWays(otherWays(entrances, app.service.metadata?.name ?? '', route?.metadata?.name, stable, canary), log);
    warnOfUndrained(app, route ? options.promotion : 'in-place', log);
    return { app, autoscaler, budget: route ? planBudget(around.budgets, stable, canary) : undefined };
}
const testersOf = ({ header, cookie }) => header || cookie ? { ...(header && { header }), ...(cookie && { cookie }) } : undefined;
/** Of the labels that can set the canary apart, the one whose change breaks the fewest policies, then the fewest monitors. */
function withIsolation(app, { policies, monitors }) {
    const stable = (0,workload_app/* templateOf */.kW)(app.deployment).metadata?.labels ?? {};
    const ranked = (0,canary_objects/* isolationCandidates */.Bu)(app)
        .map(([isolationKey]) => ({ ...app, isolationKey }))
        .filter(isPossible)
        .map((candidate) => {
        const canary = (0,canary_objects/* canaryPodLabels */.Rt)(candidate, 'isolated');
        const broken = (of) => gapsIn(of, stable, canary).length;
        return { candidate, broken: 1000 * broken(policies) + broken(monitors) };
    });
    const fewest = Math.min(...ranked.map(({ broken }) => broken));
    return ranked.find(({ broken }) => broken === fewest)?.candidate ?? app;
}
function isPossible(app) {
    try {
        (0,canary_objects/* ownLabels */.ct)(app, 'isolated');
        return true;
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            return false;
        throw error;
    }
}
/** A ServiceMonitor selects Services. */
const isOfPods = ({ kind }) => kind === 'PodMonitor';
function refuseGaps(app, policies, problems) {
    if (app.isolationKey === undefined)
        return;
    const [key, value] = (0,canary_objects/* isolationLabel */.hz)(app) ?? ['', ''];
    const stable = (0,workload_app/* templateOf */.kW)(app.deployment).metadata?.labels ?? {};
    for (const { policy, path } of gapsIn(policies, stable, (0,canary_objects/* canaryPodLabels */.Rt)(app, 'isolated'))) {
        problems.add(`${policy} has stable's pods and not the canary's, which get ${key}=${value}-canary (${path}): the canary would be cut off, or left open. ` +
            `Let it select both, in the place of ${key}=${value}:\n` +
            `  matchExpressions:\n    - { key: ${key}, operator: In, values: [${value}, ${value}-canary] }`);
    }
}
/** What a manifest makes of the pods must still be behind the Service. */
function refuseUnserved({ next, service, namespace }, problems) {
    const selector = service.spec?.selector ?? {};
    if (!next || (0,selection/* selects */.k)({ matchLabels: selector }, next.template.metadata?.labels ?? {}))
        return;
    problems.add(`The manifest's pods would not be behind Service ${namespace}/${service.metadata?.name}: its selector asks for ${JSON.stringify(selector)}, and they have ${JSON.stringify(next.template.metadata?.labels ?? {})}.`);
}
function refuseForeignCanary({ app, route, services }, { canary }, problems) {
    const name = (0,workload_app/* canaryName */.mh)(app.name);
    const service = services.find(({ metadata }) => metadata?.name === name);
    const objects = [...(canary ? ['Deployment'] : []), ...(service && route ? ['Service'] : [])];
    if (objects.length > 0) {
        problems.add(`${objects.join(' and ')} ${app.namespace}/${name} ${objects.length > 1 ? 'are' : 'is'} there already, and no release on record made ${objects.length > 1 ? 'them' : 'it'}. ` +
            `See whose ${objects.length > 1 ? 'they are' : 'it is'} (kubectl describe), and delete ${objects.length > 1 ? 'them' : 'it'} if nobody needs ${objects.length > 1 ? 'them' : 'it'}.`);
    }
    if (route && (0,route_weights/* leadsTo */.Rs)(route, name)) {
        problems.add(`HTTPRoute ${app.namespace}/${route.metadata?.name} sends traffic to Service ${name} already, and no release on record made it do so. Take that backend out of the route.`);
    }
}
function refuseTesters({ app, route }, testers) {
    if (testers === undefined)
        return;
    if (!route) {
        throw new errors/* UserError */.y('Inputs `header` and `cookie` need an HTTPRoute that tells requests apart; the ratio of pods can not. Leave them out, or add a route.');
    }
    (0,routers_testers/* withTesterRules */.D)((0,route_weights/* rulesOf */.fD)(route), (0,workload_app/* backendsOf */.dc)(app), testers);
}
function tellOtherWays({ uncovered, leaking }, log) {
    if (uncovered.length > 0)
        log.warning(`Not covered by the split, so all of it stays on stable: requests by ${uncovered.join(', ')}.`);
    if (leaking.length > 0)
        log.warning(`The canary gets requests whatever its weight by ${leaking.join(', ')}, which select its pods too.`);
}
/** While stable rolls with traffic on it, only the app itself can keep the requests that arrive at a pod that is being stopped. */
function warnOfUndrained({ deployment, container }, promotion, log) {
    const released = (0,workload_app/* templateOf */.kW)(deployment).spec?.containers.find(({ name }) => name === container);
    if (promotion === 'surge' || released?.lifecycle?.preStop)
        return;
    log.warning(`Container ${container} has no preStop hook, and this promotion replaces stable's pods while they get traffic: requests that reach a pod that is being stopped may be lost. ` +
        'Add `lifecycle: { preStop: { sleep: { seconds: 5 } } }`, or promote with `promotion: surge` behind an HTTPRoute.');
}
//# sourceMappingURL=preflight.js.map
// EXTERNAL MODULE: ./build/src/release/put-back.js + 1 modules
var put_back = __nccwpck_require__(637);
// EXTERNAL MODULE: ./build/src/release/survey.js
var survey = __nccwpck_require__(117);
;// CONCATENATED MODULE: ./build/src/release/undo.js





/**
 * Moves the release; when that fails for a reason that the user can mend, the release is put back at once. A cancelled step is left to `post`,
 * which has the time that a cancelled process lacks.
 * @throws whatever is not a UserError, with the release put back where that was possible; and when putting it back fails
 */
async function undoOnFailure(context, policy, move) {
    try {
        return await move();
    }
    catch (error) {
        const latest = context.held.record.latest;
        if (context.held.signal.aborted || latest === undefined || (0,record/* isOver */.PU)(latest))
            throw error;
        const message = isRefusal(error) ? `The API server refuses a change: ${error.message}` : messageOf(error);
        if (policy === 'hold')
            return { release: latest, failure: `${message}\n${(0,describe/* describeState */.J)(latest)} \`on-job-failure: hold\` leaves it so.` };
        context.log.info(`${message}\nPutting the release back.`);
        const release = await undo(context, latest, message);
        if (!(error instanceof errors/* UserError */.y) && !isRefusal(error))
            throw error;
        return { release, failure: `${message}\n${(0,describe/* describeState */.J)(release)}` };
    }
}
/** Quota, admission and the like have the last word on what may be written. */
const isRefusal = (error) => error instanceof kubernetes_cluster/* ApiError */.h && error.status >= 400 && error.status < 500;
const messageOf = (error) => (error instanceof Error ? error.message : String(error));
async function undo(context, latest, message) {
    try {
        return await (0,put_back/* putBack */.p)(context, latest, 'the step failed');
    }
    catch (error) {
        const state = (0,describe/* describeState */.J)(context.held.record.latest ?? latest);
        const second = messageOf(error);
        throw new errors/* UserError */.y(`${message}\nPutting it back failed too: ${second}\n${state}`, { cause: error });
    }
}
//# sourceMappingURL=undo.js.map
;// CONCATENATED MODULE: ./build/src/release/with-manifest.js


/** With what the manifest makes of the app, as the API server would have it. An abort needs none. */
async function withManifest(found, { manifest, image, weight }, { cluster, clock, log, signal }) {
    const { app } = found;
    if (!manifest || weight === 0)
        return found;
    const { path, others } = manifest;
    if (others.length > 0)
        log.info(`Of ${path} a release takes no notice of ${others.join(', ')}.`);
    const version = { container: app.container, image };
    const now = new Date(clock.now()).toISOString();
    return { ...found, app: { ...app, next: await planTravel(cluster, app.deployment, manifest, version, now, signal) } };
}
/** What the step asks for; a manifest names the image when the step does not. */
const requestOf = ({ image, weight, takeOver }, { next, container }) => ({
    weight,
    takeOver,
    image: next ? (0,workload_app/* imageIn */.Lp)(next.template, container) : image,
    next: next && { hash: next.hash, isLive: !next.changesTemplate && next.configMaps.length === 0 },
});
//# sourceMappingURL=with-manifest.js.map
;// CONCATENATED MODULE: ./build/src/report/markdown.js
/** Text that came from outside (names, messages, logs) must not become mark-up in the summary. */
const escapeMarkdown = (text) => text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([\\`*_{}[\]|~#])/g, '\\$1')
    .replaceAll(/\r\n|\r|\n/g, '<br>');
/** A table with a header row; every cell is escaped. */
function table(header, rows) {
    const line = (cells) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
    return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}
//# sourceMappingURL=markdown.js.map
;// CONCATENATED MODULE: ./build/src/report/step-summary.js

/** The job summary of one canary-step: where the release stands and what was measured. */
function stepSummary(app, release) {
    const measured = release.steps.at(-1)?.measured;
    const rows = [
        ['Phase', release.phase],
        ['Weight', `${release.weight} %`],
        [
            'Measured share of the canary (99 % interval)',
            measured ? `${measured.share} % (${measured.low}–${measured.high} %)` : 'not measured',
        ],
        ['Canary', release.canary.image],
        ['Stable at the start', release.stable.image],
        ...(release.reason === undefined ? [] : [['Reason', release.reason]]),
    ];
    return `### ${escapeMarkdown(app)}: release ${escapeMarkdown(release.phase)}\n\n${table(['', ''], rows)}\n`;
}
//# sourceMappingURL=step-summary.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/permissions.js
var permissions = __nccwpck_require__(984);
;// CONCATENATED MODULE: ./build/actions/canary-step/main.js
















const USUAL_HOLD_MS = 120_000;
async function step(inputs, effects) {
    const { cluster, clock, log, workflowRun, signal } = effects;
    if (inputs.manifest && inputs.weight > 0 && (await isFirst(cluster, inputs.deployment ?? inputs.app, signal)))
        return startFromNothing(inputs, inputs.manifest, effects);
    const surveyed = await (0,survey/* survey */.F)(cluster, inputs, [...(0,needs/* releaseNeeds */.Tm)(inputs.router), ...(inputs.manifest ? needs/* manifestNeeds */.XZ : [])], signal);
    const seen = await withManifest(surveyed, inputs, effects);
    const asked = requestOf(inputs, seen.app);
    const liveImage = (0,workload_app/* imageIn */.Lp)((0,workload_app/* templateOf */.kW)(seen.app.deployment), seen.app.container);
    const decide = (record = seen.record) => (0,begin/* decideStart */.VF)(record, asked, workflowRun, liveImage, clock.now());
    const first = decide();
    if (first.kind === 'nothing') {
        log.info(first.reason);
        return conclude(inputs, seen, { release: first.latest, failure: undefined });
    }
    refuseUnjudgeable(targetOf(inputs), seen.route !== undefined);
    const prepared = first.kind === 'begin' ? await lookAround(cluster, seen, inputs, log, signal) : undefined;
    if (prepared === 'start over')
        return step(inputs, effects);
    const found = { ...seen, app: prepared?.app ?? seen.app };
    if (inputs.dryRun) {
        await dryRun(cluster, found, { start: first, image: asked.image, weight: inputs.weight }, log, signal);
        return conclude(inputs, found, { release: undefined, failure: undefined });
    }
    const memory = first.kind === 'begin' ? (0,release_open/* memoryFor */.jj)(found) : first.release.router;
    const outcome = await (0,release_open/* openRelease */.gS)(cluster, found, memory, inputs, effects, async (work) => {
        // Another process may have worked on the record between the survey and the lock.
        const start = decide(work.held.record);
        if (start.kind !== first.kind)
            return 'start over';
        if (start.kind === 'put-back-first') {
            await (0,put_back/* putBack */.p)(work, start.release, 'unfinished release, put back before a new one');
            return 'start over';
        }
        if (inputs.weight === 0 && start.kind === 'continue')
            return { release: await (0,put_back/* putBack */.p)(work, start.release, 'asked for'), failure: undefined };
        const release = start.kind === 'continue' ? start.release : await beginRelease(work, inputs, asked.image ?? '', prepared, effects);
        return undoOnFailure(work, inputs.onJobFailure, () => move(work, release, targetOf(inputs)));
    });
    if (outcome === 'start over')
        return step(inputs, effects);
    if (outcome.release.phase === 'promoted')
        tellGit(found, outcome.release.canary.image, log);
    return conclude(inputs, found, outcome);
}
/** An app that does not exist yet has no stable to share with: its manifest is created as it is. */
async function startFromNothing(inputs, manifest, effects) {
    const { cluster, log, signal } = effects;
    const names = { deployment: inputs.deployment ?? inputs.app, service: inputs.service ?? inputs.app };
    await (0,permissions/* refuseForbidden */.Yg)(cluster, [...(0,needs/* releaseNeeds */.Tm)(inputs.router), ...needs/* manifestNeeds */.XZ], signal);
    if (inputs.dryRun) {
        log.info(`Dry run: ${names.deployment} does not exist yet; its first deployment would create what ${manifest.path} says.`);
        return conclude(inputs, { route: undefined }, { release: undefined, failure: undefined });
    }
    const startTimeoutMs = inputs.startTimeout;
    const image = await deployFirst({
        ...effects,
        ...names,
        manifest,
        container: inputs.container,
        image: inputs.image,
        startTimeoutMs,
    });
    const { outputs } = conclude(inputs, { route: undefined }, { release: undefined, failure: undefined });
    return { outputs: { ...outputs, phase: 'promoted', revision: image } };
}
const targetOf = (inputs) => ({
    weight: inputs.weight,
    pods: inputs.canaryReplicas,
    testers: testersOf(inputs),
    promotion: inputs.promotion,
    gate: inputs.slo && { slo: inputs.slo, holdMs: inputs.hold ?? USUAL_HOLD_MS, onBreach: inputs.onBreach },
});
function conclude({ app }, { route }, { release, verdict, failure }) {
    const measured = release?.steps.at(-1)?.measured;
    const host = route?.spec?.hostnames?.find((name) => !name.startsWith('*'));
    return {
        outputs: {
            'release-id': release?.id ?? '',
            phase: release?.phase ?? 'none',
            weight: String(release?.weight ?? 0),
            'weight-measured': measured === undefined ? '' : String(measured.share),
            'weight-proven': measured === undefined ? 'false' : String(measured.proven),
            'weight-interval-json': measured === undefined ? '' : JSON.stringify({ low: measured.low, high: measured.high }),
            revision: release?.canary.image ?? '',
            'previous-revision': release?.stable.image ?? '',
            'canary-name': (0,workload_app/* canaryName */.mh)(app),
            verdict: verdict ?? '',
            'record-json': release === undefined ? '' : JSON.stringify(release),
            url: host === undefined ? '' : `https://${host}`,
        },
        ...(release && { summary: stepSummary(app, release) }),
        ...(failure !== undefined && { failure }),
    };
}
//# sourceMappingURL=main.js.map

/***/ }),

/***/ 537:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ Problems),
/* harmony export */   y: () => (/* binding */ UserError)
/* harmony export */ });
/**
 * A failure that the user can mend: it says what is wrong, where, and what to do.
 * Anything else that is thrown is treated as a defect of the suite and shown with its stack in debug.
 */
class UserError extends Error {
    name = 'UserError';
}
/** Gathers everything that is wrong, so that the user meets all of it at once and not one failure a run. */
class Problems {
    #texts = [];
    add(text) {
        if (!this.#texts.includes(text))
            this.#texts.push(text);
    }
    get texts() {
        return this.#texts;
    }
    /** Runs `check`; a UserError becomes one more problem, anything else goes on up. */
    async gather(check) {
        try {
            return await check();
        }
        catch (error) {
            if (!(error instanceof UserError))
                throw error;
            this.add(error.message);
            return undefined;
        }
    }
    /** @throws UserError with every problem, numbered when there are several; nothing has been changed by then */
    throwIfAny() {
        const [first, ...rest] = this.#texts;
        if (first === undefined)
            return;
        if (rest.length === 0)
            throw new UserError(first);
        const numbered = this.#texts.map((text, index) => `${index + 1}. ${text.replaceAll('\n', '\n   ')}`);
        throw new UserError(`${this.#texts.length} things are wrong:\n${numbered.join('\n')}`);
    }
}
//# sourceMappingURL=errors.js.map

/***/ }),

/***/ 261:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// UNUSED EXPORTS: describeFailure

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return __awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return file_command_issueFileCommand('STATE', file_command_prepareKeyValueMessage(name, value));
    }
    command_issueCommand('save-state', { name }, utils_toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return __awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./build/src/lib/clock.js
const systemClock = {
    now: () => Date.now(),
    sleep: (ms, signal) => new Promise((resolve, reject) => {
        if (signal?.aborted)
            return reject(signal.reason);
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', cancel);
            resolve();
        }, ms);
        const cancel = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        signal?.addEventListener('abort', cancel, { once: true });
    }),
};
//# sourceMappingURL=clock.js.map
;// CONCATENATED MODULE: ./build/src/action/cancellation.js
/** Why every wait of the step ended: the runner asked the process to stop. */
class Cancelled extends Error {
    name = 'Cancelled';
}
/**
 * One signal for every wait of the process. The runner sends SIGINT, 7.5 s later SIGTERM and 2.5 s later SIGKILL
 * (actions/runner, ProcessInvoker.cs), so there is time to stop, and none to finish: undoing is for `post`.
 */
function abortOnCancellation() {
    const controller = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM']) {
        process.on(name, () => controller.abort(new Cancelled(`The workflow run was cancelled (${name}).`)));
    }
    return controller.signal;
}
//# sourceMappingURL=cancellation.js.map
;// CONCATENATED MODULE: ./build/src/action/environment.js
function readEnvironment(variables, workingDirectory) {
    return {
        variables,
        workspace: variables.GITHUB_WORKSPACE || workingDirectory,
        temporary: variables.RUNNER_TEMP || variables.TMPDIR || '/tmp',
        debug: variables.RUNNER_DEBUG === '1',
    };
}
//# sourceMappingURL=environment.js.map
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
;// CONCATENATED MODULE: ./build/src/action/mask.js
/** Shorter ones would blot out ordinary words. */
const SHORTEST = 8;
/** Hides a secret in everything that is printed from here on. The log is masked line by line, so one of several lines is too. */
function maskLines(secret, mask) {
    for (const line of secret.split('\n'))
        if (line.trim().length >= SHORTEST)
            mask(line.trim());
}
//# sourceMappingURL=mask.js.map
// EXTERNAL MODULE: ./build/src/lib/nearest.js
var nearest = __nccwpck_require__(339);
;// CONCATENATED MODULE: ./build/src/action/read-inputs.js


/** The variable in which the runner passes an input: upper case, blanks to underscores, dashes kept. */
const inputVariable = (name) => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
const camelCase = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
/** The values of all inputs that hold a secret, for masking; to be called before anything can be printed. */
function secretsIn(action, environment) {
    return Object.entries(action.inputs).flatMap(([name, input]) => {
        const value = environment.variables[inputVariable(name)];
        return input.secret && value ? [value] : [];
    });
}
/**
 * Reads every input of the action and reports everything that is wrong at once.
 * @throws UserError naming each bad input, its value and what is allowed; nothing has been touched by then
 */
function readInputs(action, environment) {
    const problems = new errors/* Problems */.Z();
    for (const text of unknownInputs(action, environment))
        problems.add(text);
    const values = {};
    for (const [name, input] of Object.entries(action.inputs)) {
        const given = environment.variables[inputVariable(name)]?.trim() ?? '';
        const raw = given === '' ? input.default : given;
        if (raw === undefined) {
            if (input.required)
                problems.add(`Input \`${name}\` is missing. ${input.text} Allowed: ${input.type}.`);
            continue;
        }
        try {
            values[name] = input.parse(raw, environment);
        }
        catch (error) {
            if (!(error instanceof RangeError || error instanceof errors/* UserError */.y))
                throw error;
            problems.add(`Input \`${name}\`: ${error.message}.`.replace(/([.!?])\.$/, '$1'));
        }
    }
    for (const text of action.conflicts?.(values) ?? [])
        problems.add(text);
    problems.throwIfAny();
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), value]));
}
/** Inputs that were given but that the action does not have, with the name that was probably meant. */
function unknownInputs(action, environment) {
    const known = new Map(Object.keys(action.inputs).map((name) => [inputVariable(name), name]));
    return Object.keys(environment.variables)
        .filter((variable) => variable.startsWith('INPUT_') && !known.has(variable))
        .map((variable) => {
        const given = variable.slice('INPUT_'.length).toLowerCase();
        const meant = (0,nearest/* nearest */.p)(given, [...known.values()]);
        return meant === undefined
            ? `Input \`${given}\` is unknown. ${action.name} has: ${[...known.values()].join(', ')}.`
            : `Input \`${given}\` is unknown. Did you mean \`${meant}\`?`;
    });
}
//# sourceMappingURL=read-inputs.js.map
;// CONCATENATED MODULE: ./build/src/action/summary-limit.js
/** Over this size the runner drops a step's whole summary (actions/runner, FileCommandManager.cs AttachmentSizeLimit). */
const LIMIT_BYTES = 1024 * 1024;
const NOTE = '\n\n*The summary was cut here: GitHub shows at most 1 MiB a step.*\n';
/** Cuts a summary at a line so that what is left is shown, and says that it was cut. */
function cutSummary(markdown) {
    if (Buffer.byteLength(markdown) <= LIMIT_BYTES)
        return markdown;
    const room = LIMIT_BYTES - Buffer.byteLength(NOTE);
    const cut = Buffer.from(markdown)
        .subarray(0, room)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
    const lastLine = cut.lastIndexOf('\n') + 1;
    return (lastLine === 0 ? cut : cut.slice(0, lastLine)) + NOTE;
}
//# sourceMappingURL=summary-limit.js.map
;// CONCATENATED MODULE: ./build/src/action/workflow-run.js
/** Reads the run from the runner's variables; outside a workflow every part says `local`. */
function readWorkflowRun({ variables }) {
    const repository = variables.GITHUB_REPOSITORY || 'local/local';
    const runId = variables.GITHUB_RUN_ID || 'local';
    return {
        repository,
        runId,
        runAttempt: Number(variables.GITHUB_RUN_ATTEMPT || 1),
        job: variables.GITHUB_JOB || 'local',
        runner: variables.RUNNER_NAME || 'local',
        event: variables.GITHUB_EVENT_NAME || 'local',
        url: `${variables.GITHUB_SERVER_URL || 'https://github.com'}/${repository}/actions/runs/${runId}`,
    };
}
//# sourceMappingURL=workflow-run.js.map
;// CONCATENATED MODULE: ./build/src/action/run.js










const log = {
    info: info,
    debug: debug,
    warning: (text, place) => warning(text, place && { file: place.file, ...rest(place) }),
    group: group,
    mask: setSecret,
};
const rest = ({ title, line }) => ({
    ...(title === undefined ? {} : { title }),
    ...(line === undefined ? {} : { startLine: line }),
});
/** Runs the half that the runner asked for and ends the process: 0 when it did what was asked, 1 otherwise. */
async function run(action, halves) {
    const environment = readEnvironment(process.env, process.cwd());
    const isPost = getState('isPost') === 'true';
    if (!isPost)
        saveState('isPost', 'true');
    const runtime = {
        environment,
        workflowRun: readWorkflowRun(environment),
        clock: systemClock,
        log,
        signal: abortOnCancellation(),
        state: { save: saveState, read: getState },
    };
    try {
        if (isPost)
            halves.cleanUp?.(runtime);
        for (const secret of secretsIn(action, environment))
            maskLines(secret, setSecret);
        if (isPost && halves.post === undefined)
            return process.exit();
        const inputs = readInputs(action, environment);
        if (isPost)
            await halves.post?.(inputs, runtime);
        else
            report(await halves.main(inputs, runtime), environment.variables.GITHUB_STEP_SUMMARY);
    }
    catch (error) {
        setFailed(describeFailure(error, isDebug()));
    }
    // Keep-alive connections would hold the process open long after the work is done.
    return process.exit();
}
function report(result, summaryFile) {
    for (const [name, value] of Object.entries(result.outputs))
        setOutput(name, value);
    if (result.summary !== undefined && summaryFile)
        (0,external_node_fs_.appendFileSync)(summaryFile, cutSummary(result.summary));
    if (result.failure !== undefined)
        setFailed(result.failure);
}
/** A user's mistake in plain words; a defect with a request to report it, and its stack in debug. */
function describeFailure(error, debug) {
    if (error instanceof errors/* UserError */.y || error instanceof Cancelled)
        return debug ? withCauses(error) : error.message;
    const message = error instanceof Error ? error.message : String(error);
    const details = debug && error instanceof Error ? `\n${withCauses(error)}` : '';
    return `Unexpected error: ${message}\nThis is a defect of d9-actions or of something between it and the cluster; run the job again with debug logging for the stack.${details}`;
}
function withCauses(error) {
    const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : '';
    return `${error.stack ?? error.message}${cause}`;
}
//# sourceMappingURL=run.js.map

/***/ }),

/***/ 81:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ parseDuration),
/* harmony export */   a: () => (/* binding */ formatDuration)
/* harmony export */ });
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The longest that a timer can be set to: 2³¹ − 1 ms. */
const MAX_MS = 2_147_483_647;
/**
 * Reads a duration as Kubernetes and Prometheus write it: `90s`, `1m30s`, `500ms`, `6h`, `1d`.
 * @returns milliseconds, 0 to 2³¹ − 1, which timers can take
 * @throws RangeError when the text is not a duration; a bare number other than 0 is refused, because its unit would be a guess
 */
function parseDuration(text) {
    const trimmed = text.trim();
    if (trimmed === '0')
        return 0;
    const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
    if (parts.length === 0 || parts.map((part) => part[0]).join('') !== trimmed) {
        throw new RangeError(`"${text}" is not a duration; write a number and a unit, such as 30s, 5m, 1h30m or 500ms`);
    }
    const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN), 0);
    if (ms > MAX_MS)
        throw new RangeError(`"${text}" is longer than the 24 days that can be waited for`);
    return ms;
}
/** Writes milliseconds for a reader: `800ms`, `14s`, `5m`, `1h30m`. Below a minute, tenths of a second are kept. */
function formatDuration(ms) {
    if (ms < 1000)
        return `${Math.round(ms)}ms`;
    if (ms < 60_000)
        return `${Number((ms / 1000).toFixed(1))}s`;
    const seconds = Math.round(ms / 1000);
    const units = [
        [Math.floor(seconds / 86_400), 'd'],
        [Math.floor((seconds % 86_400) / 3600), 'h'],
        [Math.floor((seconds % 3600) / 60), 'm'],
        [seconds % 60, 's'],
    ];
    return units.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join('');
}
//# sourceMappingURL=duration.js.map

/***/ }),

/***/ 339:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/** The word that was probably meant: within two edits (a quarter of its length for long words), else undefined. */
function nearest(given, words) {
    return words
        .map((word) => ({ word, distance: editDistance(given.toLowerCase(), word) }))
        .filter(({ word, distance }) => distance <= Math.max(2, Math.floor(word.length / 4)) && distance < word.length)
        .sort((a, b) => a.distance - b.distance)[0]?.word;
}
/** Levenshtein distance, one row at a time. */
function editDistance(a, b) {
    let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const current = [i];
        for (let j = 1; j <= b.length; j++) {
            const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
        }
        previous = current;
    }
    return previous[b.length] ?? 0;
}
//# sourceMappingURL=nearest.js.map

/***/ }),

/***/ 809:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ abort)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(537);
/* harmony import */ var _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(615);
/* harmony import */ var _target_kubernetes_selection_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(494);
/* harmony import */ var _target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(127);
/* harmony import */ var _target_kubernetes_workload_pod_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(639);
/* harmony import */ var _target_kubernetes_workload_rollout_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(27);
/* harmony import */ var _config_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(885);
/* harmony import */ var _leave_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(48);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(605);
/* harmony import */ var _stable_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(324);
/* harmony import */ var _work_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(698);











/**
 * Puts everything back. While stable is untouched the weight goes to 0 at once, before anything is waited for. From `updating-stable` on the
 * canary keeps the traffic until stable runs its recorded version again: all traffic is always on a revision that is fully ready.
 * @throws UserError when stable can't be restored; the traffic then stays where it is served, and the message says where
 */
async function abort(work, before, reason) {
    const touchedStable = before.stage !== undefined && before.stage !== 'shifted';
    let release = await (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .announce */ .iP)(work, before, { phase: 'aborting', reason });
    if (touchedStable) {
        release = await restoreStable(work, release);
        await (0,_config_js__WEBPACK_IMPORTED_MODULE_4__/* .dropNewConfig */ .UL)(work, release);
    }
    await work.log.group('Abort: weight 0', async () => {
        const previous = release.weight;
        await work.router.shift({ percent: 0, pods: 0 }, work.held.signal);
        work.log.info(`The canary's weight is 0 (${reason}).`);
        release = await (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .announce */ .iP)(work, release, { weight: 0 });
        await (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .settle */ .G9)(work);
        if (previous > 0)
            await work.proveSplit(0, previous, { signal: work.held.signal, demand: 'expected' });
    });
    await (0,_leave_js__WEBPACK_IMPORTED_MODULE_5__/* .leaveNothingBehind */ .z)(work, release);
    const aborted = (0,_record_js__WEBPACK_IMPORTED_MODULE_6__/* .ended */ .v6)(release, 'aborted', (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .now */ .tB)(work));
    return (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .announce */ .iP)(work, aborted, (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .withStep */ .p$)(work, aborted));
}
/** Stable may be half updated: the canary takes the traffic, or keeps it, until stable is whole again. */
async function restoreStable(work, before) {
    return work.log.group('Abort: stable back to its version', async () => {
        // Done before, or never begun: moving traffic to the canary now would undo what is whole.
        if (await stableIsWhole(work, before))
            return before;
        const template = await (0,_stable_js__WEBPACK_IMPORTED_MODULE_7__/* .recordedTemplate */ .FV)(work, before);
        let release = before;
        const carries = await canaryIsReady(work, release);
        if (carries && release.weight < 100 && work.router.isolation === 'isolated') {
            release = await (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .announce */ .iP)(work, release, { weight: 100 });
            await work.router.shift({ percent: 100, pods: release.stableReplicas, testers: release.testers }, work.held.signal);
            await (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .settle */ .G9)(work);
        }
        const written = await (0,_stable_js__WEBPACK_IMPORTED_MODULE_7__/* .restoreRevision */ ._C)(work, release, template);
        try {
            await (0,_target_kubernetes_workload_rollout_js__WEBPACK_IMPORTED_MODULE_3__/* .waitForRollout */ .gj)(work.cluster, (0,_stable_js__WEBPACK_IMPORTED_MODULE_7__/* .stableTarget */ .d7)(work, release.stable.image, written), (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .waitOf */ .pE)(work));
        }
        catch (error) {
            if (!(error instanceof _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y))
                throw error;
            throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y(`Stable could not be brought back to ${release.stable.image}: ${error.message}\nTraffic: ${release.weight} % canary (${release.canary.image}). Record: aborting. Run the rollback action again once the cause is mended.`, { cause: error });
        }
        await (0,_stable_js__WEBPACK_IMPORTED_MODULE_7__/* .waitForStableEndpoints */ .aF)(work, release, written);
        await (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .settle */ .G9)(work);
        return release;
    });
}
async function stableIsWhole(work, release) {
    const { container, stable, manifest } = release;
    const deployment = await (0,_stable_js__WEBPACK_IMPORTED_MODULE_7__/* .readStable */ .iV)(work);
    if (!(0,_target_kubernetes_workload_rollout_js__WEBPACK_IMPORTED_MODULE_3__/* .isComplete */ .As)(deployment) || (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_1__/* .imageIn */ .Lp)((0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_1__/* .templateOf */ .kW)(deployment), container) !== stable.image)
        return false;
    if (!manifest)
        return true;
    return (await (0,_stable_js__WEBPACK_IMPORTED_MODULE_7__/* .templateHashOf */ .gM)(work, deployment)) === stable.templateHash && !(await (0,_config_js__WEBPACK_IMPORTED_MODULE_4__/* .hasWrittenConfig */ .GK)(work, release));
}
async function canaryIsReady(work, release) {
    const { labels } = (0,_work_js__WEBPACK_IMPORTED_MODULE_8__/* .canaryTarget */ .A3)(work, release);
    const pods = await work.cluster.list(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD */ .Sm, { labels: (0,_target_kubernetes_selection_js__WEBPACK_IMPORTED_MODULE_10__/* .matchLabels */ .X)(labels) }, work.held.signal);
    return pods.filter(_target_kubernetes_workload_pod_js__WEBPACK_IMPORTED_MODULE_2__/* .isReady */ .i_).length >= release.stableReplicas;
}
//# sourceMappingURL=abort.js.map

/***/ }),

/***/ 578:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gj: () => (/* binding */ newRelease),
/* harmony export */   S4: () => (/* binding */ owns),
/* harmony export */   VF: () => (/* binding */ decideStart),
/* harmony export */   bo: () => (/* binding */ warnOfExpiry),
/* harmony export */   pT: () => (/* binding */ refuseOtherNames)
/* harmony export */ });
/* unused harmony export ownerOf */
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(537);
/* harmony import */ var _target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(127);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(605);



const ownerOf = ({ repository, runId, runAttempt, url }) => ({ repository, runId, runAttempt, url });
/** The run that started a release owns it, in any later attempt too. */
const owns = (run, { owner }) => owner.repository === run.repository && owner.runId === run.runId && run.runAttempt >= owner.runAttempt;
/**
 * Decides what a step has to do with what it finds.
 * @param liveImage image that stable runs at present
 * @throws UserError when the release in flight belongs to another run, or is one of another image
 */
function decideStart({ latest }, request, run, liveImage, nowMs) {
    if (latest === undefined || (0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .isOver */ .PU)(latest))
        return decideFresh(latest, request, liveImage);
    const isOurs = owns(run, latest);
    const isExpired = Date.parse(latest.holdUntil) <= nowMs;
    if (!isOurs && !isExpired && !request.takeOver) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`A release of ${latest.canary.image} is in flight (${latest.phase}, ${latest.weight} %). It belongs to ${latest.owner.url} until ${latest.holdUntil}.\n` +
            'Let that run finish, run the rollback action there, or set `take-over: true` to put it back and go on. Nothing has been changed.');
    }
    if (request.weight === 0)
        return { kind: 'continue', release: latest };
    if (!isOurs || isHalfUndone(latest) || isHalfPromoted(latest, request))
        return { kind: 'put-back-first', release: latest };
    refuseOtherManifest(latest, request);
    if (request.image === undefined || request.image === latest.canary.image)
        return { kind: 'continue', release: latest };
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`A release of ${latest.canary.image} is in flight (${latest.phase}, ${latest.weight} %), and this step asks for ${request.image}. ` +
        'Abort it first with `weight: 0`, or promote it. Nothing has been changed.');
}
const isHalfUndone = ({ phase }) => phase === 'aborting' || phase === 'rolling-back';
/** Stable may be half updated, so no share of the traffic may go back to it; a run that starts over starts from stable as it was. */
const isHalfPromoted = ({ phase }, { weight }) => phase === 'promoting' && weight < 100;
/** Each step of a release goes on with what the first began with, or pods of two versions would be called the canary. */
function refuseOtherManifest({ manifest, canary }, { next }) {
    if (manifest?.hash === next?.hash)
        return;
    const what = manifest === undefined
        ? 'began without a manifest, and this step has one'
        : next === undefined
            ? 'began with a manifest, and this step has none'
            : 'began with another manifest than this step has';
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`The release of ${canary.image} ${what}. Give each of its steps the same \`manifest\`, or abort it first with \`weight: 0\`. Nothing has been changed.`);
}
function decideFresh(latest, { image, weight, next }, liveImage) {
    if (weight === 0)
        return { kind: 'nothing', reason: 'No release is in flight, so there is nothing to abort.', latest };
    if (image === undefined && weight === 100 && latest?.phase === 'promoted')
        return { kind: 'nothing', reason: `${latest.canary.image} is promoted already.`, latest };
    if (image === undefined) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('No release is in flight, so `image` is needed to start one. Pass the image of the new version, best by digest. Nothing has been changed.');
    }
    if (next ? next.isLive : image === liveImage)
        return {
            kind: 'nothing',
            reason: `Stable already runs ${image}.`,
            latest: latest?.canary.image === image ? latest : undefined,
        };
    return { kind: 'begin' };
}
/**
 * A release is carried on, or put back, only with the objects that it was started with.
 * @throws UserError naming the inputs that lead to them
 */
function refuseOtherNames(app, release) {
    const recorded = { deployment: release.deployment, service: release.service, container: release.container };
    const given = { deployment: app.deployment.metadata?.name, service: app.service.metadata?.name, container: app.container };
    const names = ['deployment', 'service', 'container'];
    const different = names.filter((name) => recorded[name] !== given[name]);
    if (different.length === 0)
        return;
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`The release on record was started with ${different.map((name) => `${name} ${recorded[name]}`).join(', ')}; this step names ${different.map((name) => `${name} ${given[name]}`).join(', ')}. ` +
        `Give it the same inputs: ${different.map((name) => `\`${name}: ${recorded[name]}\``).join(', ')}. Nothing has been changed.`);
}
/** Credentials that end before the release may: whatever puts it back later would need others. Both in milliseconds since the epoch. */
function warnOfExpiry(expiresAt, holdUntil, log) {
    if (expiresAt === undefined || expiresAt >= holdUntil)
        return;
    log.warning(`The cluster credentials expire at ${new Date(expiresAt).toISOString()}, before this release may end (${new Date(holdUntil).toISOString()}). ` +
        'A later step or rollback needs fresh ones: fetch them in each job, or shorten `hold-for`.');
}
/** A release at its first moment: nothing exists yet, all that is needed to undo it is known. */
function newRelease(beginning) {
    const { app, image, run, router, stable, prepared, irreversible, holdForMs, nowMs, nonce } = beginning;
    return {
        id: `${run.runId}-${run.runAttempt}-${nonce}`,
        phase: 'starting',
        owner: ownerOf(run),
        holdUntil: new Date(nowMs + holdForMs).toISOString(),
        deployment: app.deployment.metadata?.name ?? '',
        service: app.service.metadata?.name ?? '',
        container: app.container,
        stable: { image: (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_0__/* .imageIn */ .Lp)((0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_0__/* .templateOf */ .kW)(app.deployment), app.container), ...stable },
        canary: { image, templateHash: '' },
        stableReplicas: (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_0__/* .replicasOf */ .N4)(app.deployment),
        router,
        ...(app.isolationKey !== undefined && { isolationKey: app.isolationKey }),
        ...(prepared.autoscaler && { autoscaler: prepared.autoscaler }),
        ...(prepared.budget && { budget: prepared.budget }),
        ...(app.next && { manifest: { hash: app.next.hash, configMaps: app.next.configMaps.map(({ name }) => name) } }),
        ...(app.deployment.spec?.paused && { paused: true }),
        irreversible,
        weight: 0,
        startedAt: new Date(nowMs).toISOString(),
        steps: [],
    };
}
//# sourceMappingURL=begin.js.map

/***/ }),

/***/ 885:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $5: () => (/* binding */ promoteConfig),
/* harmony export */   GK: () => (/* binding */ hasWrittenConfig),
/* harmony export */   UL: () => (/* binding */ dropNewConfig),
/* harmony export */   XJ: () => (/* binding */ applyCanaryConfig),
/* harmony export */   gu: () => (/* binding */ dropCanaryConfig),
/* harmony export */   tj: () => (/* binding */ restoreConfig),
/* harmony export */   ve: () => (/* binding */ forgetFormerConfig)
/* harmony export */ });
/* harmony import */ var _target_kubernetes_edit_object_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(976);
/* harmony import */ var _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(615);
/* harmony import */ var _target_kubernetes_ownership_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(241);
/* harmony import */ var _target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(17);
/* harmony import */ var _target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(51);





/** On the copy of what stable had, when stable had nothing. */
const ABSENT = 'd9.dev/absent';
/** The canary's own ConfigMaps, under names of their own, before its pods need them. */
async function applyCanaryConfig({ cluster, app, held }, release) {
    for (const { name, data } of app.next?.configMaps ?? []) {
        const copy = (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .configCopy */ .sq)((0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .canaryConfigName */ .a)(name), data, (0,_target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .canaryMetadata */ .Qh)(app, release.id));
        await cluster.apply(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, copy, { force: false }, held.signal);
    }
}
/** Stable's ConfigMaps get the new content; what they had is kept first, for as long as the release may be rolled back. */
async function promoteConfig(access, release) {
    const { cluster, app, held } = access;
    for (const { name, data } of app.next?.configMaps ?? []) {
        await keepFormer(access, release, name);
        const edited = await (0,_target_kubernetes_edit_object_js__WEBPACK_IMPORTED_MODULE_0__/* .editObject */ .s)(cluster, _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, name, (live) => contentPatch(live, data), held.signal);
        if (!edited)
            await cluster.create(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .configCopy */ .sq)(name, data, {}), held.signal);
    }
}
/** A copy that this release made before holds what stable had; a second one would hold what we wrote. */
async function keepFormer({ cluster, app, held }, release, name) {
    const [live, kept] = await Promise.all([
        cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, name, held.signal),
        cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name), held.signal),
    ]);
    if (isOf(release, kept))
        return;
    if (kept)
        await removeOurs({ cluster, held }, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name));
    const metadata = { ...(0,_target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .canaryMetadata */ .Qh)(app, release.id), ...(!live && { annotations: { [ABSENT]: 'true' } }) };
    await cluster.create(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .configCopy */ .sq)((0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name), live ?? {}, metadata), held.signal);
}
/** Stable's ConfigMaps with the content that they had before this release wrote them. */
async function restoreConfig({ cluster, held }, release) {
    for (const name of namesIn(release)) {
        const kept = await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name), held.signal);
        if (kept && isOf(release, kept) && !isAbsent(kept))
            await (0,_target_kubernetes_edit_object_js__WEBPACK_IMPORTED_MODULE_0__/* .editObject */ .s)(cluster, _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, name, (live) => contentPatch(live, kept), held.signal);
    }
}
/** Whether this release has written a ConfigMap of stable's and not put it back yet. */
async function hasWrittenConfig({ cluster, held }, release) {
    const kept = await Promise.all(namesIn(release).map((name) => cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name), held.signal)));
    return kept.some((copy) => isOf(release, copy));
}
/**
 * After stable is back: the ConfigMaps that it did not have before go, and the copies of what it had. Which did not exist is said by a copy that
 * only a ConfigMap's writer can make, not by the record.
 */
async function dropNewConfig(access, release) {
    const { cluster, held } = access;
    for (const name of namesIn(release)) {
        const kept = await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name), held.signal);
        if (!kept || !isOf(release, kept))
            continue;
        if (isAbsent(kept))
            await cluster.remove(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, name, {}, held.signal);
        await removeOurs(access, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name));
    }
}
/** The canary's ConfigMaps, when nothing runs with them any more, and our claim on stable's. */
async function dropCanaryConfig(access, release) {
    for (const name of namesIn(release)) {
        await removeOurs(access, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .canaryConfigName */ .a)(name));
        await (0,_target_kubernetes_ownership_js__WEBPACK_IMPORTED_MODULE_2__/* .giveUpOwnership */ .S)(access.cluster, _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, name, access.held.signal);
    }
}
/** What an earlier release kept can't be asked for any more once another begins. */
async function forgetFormerConfig(access, earlier) {
    for (const name of namesIn(earlier ?? {}))
        await removeOurs(access, (0,_target_kubernetes_workload_canary_config_js__WEBPACK_IMPORTED_MODULE_3__/* .formerConfigName */ .dy)(name));
}
const namesIn = ({ manifest }) => manifest?.configMaps ?? [];
const isOf = (release, copy) => copy?.metadata?.labels?.[_target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .RELEASE_LABEL */ .l5] === release.id;
const isAbsent = ({ metadata }) => metadata?.annotations?.[ABSENT] !== undefined;
/** A name out of the record must not remove what is not ours. */
async function removeOurs({ cluster, held }, name) {
    const found = await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, name, held.signal);
    const [[label, value] = ['', '']] = Object.entries(_target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .MANAGED_BY */ .Kf);
    const { uid, labels } = found?.metadata ?? {};
    if (uid !== undefined && labels?.[label] === value)
        await cluster.remove(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5, name, { uid }, held.signal);
}
function contentPatch(live, { data, binaryData }) {
    const field = (path, has, wanted) => {
        if (JSON.stringify(has) === JSON.stringify(wanted))
            return [];
        return wanted === undefined ? [{ op: 'remove', path }] : [{ op: 'add', path, value: wanted }];
    };
    return [...field('/data', live.data, data), ...field('/binaryData', live.binaryData, binaryData)];
}
//# sourceMappingURL=config.js.map

/***/ }),

/***/ 174:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ describeState)
/* harmony export */ });
/** Where the traffic is and what the record says, in one line, for the end of every failure. */
function describeState(release) {
    const traffic = release.weight === 0 ? '100 % stable' : `${release.weight} % canary, ${100 - release.weight} % stable`;
    const canary = release.phase === 'aborted' || release.phase === 'promoted' || release.phase === 'rolled-back' ? 'removed' : 'still there';
    return `Traffic: ${traffic}; canary: ${canary}; record: ${release.phase}${release.stage ? ` (${release.stage})` : ''}.`;
}
//# sourceMappingURL=describe.js.map

/***/ }),

/***/ 811:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  r_: () => (/* binding */ countingObjective),
  aA: () => (/* binding */ evidenceFromPods),
  QW: () => (/* binding */ readingFor)
});

// EXTERNAL MODULE: ./build/src/slo/selector.js
var slo_selector = __nccwpck_require__(525);
;// CONCATENATED MODULE: ./build/src/slo/counting.js

/** The metrics that an exposition is searched for. */
const wantedMetrics = (objectives) => new Set(objectives.flatMap((objective) => objective.kind === 'ratio' ? [objective.events.metric, objective.total.metric] : [`${objective.histogram.metric}_bucket`]));
/**
 * Turns the successive expositions of one pod into counts. The first look at a metric is only its baseline: what was counted before is
 * not ours. Afterwards a series that is new starts from 0, and so does one whose value has fallen (its process was restarted). A series
 * that is absent for a while goes on from where it was.
 */
class PodCounter {
    #last = new Map();
    #pending = new Map();
    #withBaseline = new Set();
    /** @param samples those of `wantedMetrics(objectives)` */
    look(samples, objectives) {
        const problems = [];
        const notes = [];
        const growths = this.#grow(samples, problems);
        for (const metric of wantedMetrics(objectives))
            this.#withBaseline.add(metric);
        const counts = new Map();
        for (const objective of objectives) {
            const seen = objective.kind === 'ratio' ? readRatio(objective, growths) : readHistogram(objective, growths, notes);
            const counted = this.#release(objective, seen);
            if (typeof counted === 'string')
                problems.push(`${objective.name}: ${counted}`);
            else
                counts.set(objective.name, counted);
        }
        return { counts, problems, notes };
    }
    #grow(samples, problems) {
        const seen = new Set();
        const growths = [];
        for (const sample of samples) {
            const key = seriesKey(sample);
            if (seen.has(key)) {
                // Prometheus keeps the first sample of a series that a scrape repeats.
                problems.push(`${key} is there twice; only the first is read`);
                continue;
            }
            seen.add(key);
            growths.push({ ...sample, growth: this.#growth(key, sample) });
        }
        return growths;
    }
    #growth(key, { metric, value }) {
        const last = this.#last.get(key);
        if (!(value >= 0 && Number.isFinite(value))) {
            if (last === undefined)
                this.#last.set(key, Number.NaN); // no beginning to count from, once it is readable
            return undefined;
        }
        this.#last.set(key, value);
        if (last === undefined)
            return this.#withBaseline.has(metric) ? value : 0;
        if (Number.isNaN(last))
            return 0;
        return value < last ? value : value - last;
    }
    /**
     * Hands on what has come together. More events than requests can be a matter of a moment (the two counters are not written at once);
     * until the requests have caught up, both wait, so that nothing bad is lost and nothing good invented.
     */
    #release(objective, seen) {
        const waiting = this.#pending.get(objective.name) ?? { events: 0, total: 0 };
        const pending = { events: waiting.events + seen.events, total: waiting.total + seen.total };
        this.#pending.set(objective.name, pending);
        if (seen.gap)
            return seen.gap;
        if (pending.events > pending.total) {
            return 'more events than requests were counted; is every series of the first selector also part of the total?';
        }
        this.#pending.set(objective.name, { events: 0, total: 0 });
        const rest = pending.total - pending.events;
        const eventsAreBad = objective.kind === 'ratio' && objective.counted === 'bad';
        return eventsAreBad ? { bad: pending.events, good: rest } : { good: pending.events, bad: rest };
    }
}
/**
 * A pod that has never had such an event has no series of it yet: that is 0, so without a good one all its requests are bad.
 * Without a series of all requests there is no data.
 */
function readRatio({ events, total }, growths) {
    const select = (selector) => growths.filter(({ metric, labels }) => metric === selector.metric && (0,slo_selector/* labelsMatch */.z)(selector.matchers, labels));
    const [eventSeries, totalSeries] = [select(events), select(total)];
    const seen = { events: sum(eventSeries), total: sum(totalSeries) };
    const unreadable = [...eventSeries, ...totalSeries].find(({ growth }) => growth === undefined);
    if (unreadable)
        return { ...seen, gap: `${unreadable.metric} is ${unreadable.value}, which is no count` };
    if (totalSeries.length === 0)
        return { ...seen, gap: `no series matches ${total.text}` };
    return seen;
}
/** Good are the observations up to the highest bucket edge that is not above the threshold. */
function readHistogram(objective, growths, notes) {
    const { histogram, thresholdSeconds } = objective;
    const buckets = growths.filter(({ metric, labels }) => metric === `${histogram.metric}_bucket` && (0,slo_selector/* labelsMatch */.z)(histogram.matchers, labels));
    if (buckets.length === 0)
        return noData(`no series matches ${histogram.text}`);
    const unreadable = buckets.find(({ growth }) => growth === undefined);
    let [events, total] = [0, 0];
    let edge = thresholdSeconds;
    for (const group of bySeries(buckets).values()) {
        const all = group.get(Number.POSITIVE_INFINITY);
        const lower = [...group.keys()].filter((upper) => upper <= thresholdSeconds * (1 + 1e-9));
        const used = Math.max(...lower);
        if (!all)
            return noData(`${histogram.metric} has no bucket le="+Inf"`);
        if (lower.length === 0) {
            const smallest = Math.min(...group.keys());
            return noData(`${histogram.metric} has no bucket edge at or below ${thresholdSeconds} s (the smallest is ${smallest} s); add one`);
        }
        edge = Math.min(edge, used);
        events += group.get(used)?.growth ?? 0;
        total += all.growth ?? 0;
    }
    if (edge < thresholdSeconds) {
        notes.push(`${objective.name}: ${histogram.metric} has no bucket edge at ${thresholdSeconds} s; the next lower one, ${edge} s, is used`);
    }
    return unreadable
        ? { events, total, gap: `${unreadable.metric} is ${unreadable.value}, which is no count` }
        : { events, total };
}
/** Buckets by their labels other than `le`, then by their upper edge. */
function bySeries(buckets) {
    const groups = new Map();
    for (const bucket of buckets) {
        const key = seriesKey(bucket, 'le');
        const group = groups.get(key) ?? new Map();
        groups.set(key, group);
        const le = bucket.labels.get('le') ?? '';
        const edge = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
        if (!Number.isNaN(edge))
            group.set(edge, bucket);
    }
    return groups;
}
const noData = (gap) => ({ events: 0, total: 0, gap });
const sum = (growths) => growths.reduce((total, { growth }) => total + (growth ?? 0), 0);
/** The same for the same series, in whatever order its labels are written. */
function seriesKey({ metric, labels }, without) {
    const pairs = [...labels].filter(([label]) => label !== without).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    return `${metric}{${pairs.sort().join(',')}}`;
}
//# sourceMappingURL=counting.js.map
;// CONCATENATED MODULE: ./build/src/slo/exposition.js
/** The text breaks the exposition format; the message names the line. */
class ExpositionError extends Error {
    name = 'ExpositionError';
}
const NO_LABELS = new Map();
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN|[+-]?inf|nan)$/;
const ESCAPES = { n: '\n', '\\': '\\', '"': '"' };
/**
 * Reads the samples of the wanted metrics out of a Prometheus text exposition 0.0.4 or OpenMetrics text 1.0, in one pass.
 * Comments, HELP and TYPE, timestamps and exemplars are passed over, and so are the lines of other metrics.
 * @param wanted the names of samples, so for a histogram `…_bucket`
 * @throws ExpositionError naming the first line of a wanted metric that is broken, or any line that does not begin as a sample
 */
function parseExposition(text, wanted) {
    const samples = [];
    let lineNumber = 0;
    for (let start = 0; start < text.length;) {
        const newline = text.indexOf('\n', start);
        const end = newline < 0 ? text.length : newline;
        lineNumber++;
        const first = skipBlanks(text, start, end);
        start = end + 1;
        if (first === end || text[first] === '\r')
            continue;
        if (text[first] === '#') {
            if (text.startsWith('# EOF', first))
                break;
            continue;
        }
        if (text[first] === '{')
            continue; // a quoted name (UTF-8 metric), which no selector can ask for
        const nameEnd = endOfName(text, first, end);
        if (nameEnd === first)
            throw broken(lineNumber, 'does not begin with a metric name');
        const metric = text.slice(first, nameEnd);
        if (wanted.has(metric))
            samples.push(readSample(metric, text.slice(nameEnd, end), lineNumber));
    }
    return samples;
}
function readSample(metric, rest, lineNumber) {
    let at = skipBlanks(rest, 0, rest.length);
    let labels = NO_LABELS;
    if (rest[at] === '{')
        [labels, at] = readLabels(rest, at + 1, lineNumber);
    const value = rest.slice(at).trim().split(/\s+/, 1)[0] ?? '';
    if (!VALUE.test(value))
        throw broken(lineNumber, `has no number after ${metric}`);
    return { metric, labels, value: numberOf(value) };
}
/** @returns the labels, and the place after the closing brace */
function readLabels(line, from, lineNumber) {
    const labels = new Map();
    let at = skipBlanks(line, from, line.length);
    while (line[at] !== '}') {
        let label;
        if (line[at] === '"')
            [label, at] = readQuoted(line, at, lineNumber);
        else {
            const nameEnd = endOfName(line, at, line.length);
            if (nameEnd === at)
                throw broken(lineNumber, 'lacks a label name or a closing brace');
            label = line.slice(at, nameEnd);
            at = nameEnd;
        }
        at = skipBlanks(line, at, line.length);
        if (line[at] !== '=')
            throw broken(lineNumber, `lacks = after label ${label}`);
        at = skipBlanks(line, at + 1, line.length);
        if (line[at] !== '"')
            throw broken(lineNumber, `lacks a quoted value for label ${label}`);
        let value;
        [value, at] = readQuoted(line, at, lineNumber);
        labels.set(label, value);
        at = skipBlanks(line, at, line.length);
        if (line[at] === ',')
            at = skipBlanks(line, at + 1, line.length);
        else if (line[at] !== '}')
            throw broken(lineNumber, `lacks a comma or a closing brace after label ${label}`);
    }
    return [labels, at + 1];
}
/** @param from the place of the opening quote; @returns the text, and the place after the closing quote */
function readQuoted(line, from, lineNumber) {
    let end = from + 1;
    let escaped = false;
    while (end < line.length && line[end] !== '"') {
        if (line[end] === '\\') {
            escaped = true;
            end++;
        }
        end++;
    }
    if (end >= line.length)
        throw broken(lineNumber, 'ends inside quotes');
    const raw = line.slice(from + 1, end);
    // The format defines three escapes; Prometheus keeps any other as it is written.
    const value = escaped ? raw.replace(/\\([\s\S])/g, (whole, letter) => ESCAPES[letter] ?? whole) : raw;
    return [value, end + 1];
}
function endOfName(text, from, end) {
    let at = from;
    while (at < end && isNameCharacter(text.charCodeAt(at), at === from))
        at++;
    return at;
}
function isNameCharacter(code, first) {
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58)
        return true;
    return !first && code >= 48 && code <= 57;
}
function skipBlanks(text, from, end) {
    let at = from;
    while (at < end && (text[at] === ' ' || text[at] === '\t'))
        at++;
    return at;
}
function numberOf(text) {
    switch (text.toLowerCase()) {
        case 'nan':
            return Number.NaN;
        case 'inf':
        case '+inf':
            return Number.POSITIVE_INFINITY;
        case '-inf':
            return Number.NEGATIVE_INFINITY;
        default:
            return Number(text);
    }
}
const broken = (lineNumber, what) => new ExpositionError(`line ${lineNumber} of the metrics ${what}`);
//# sourceMappingURL=exposition.js.map
// EXTERNAL MODULE: ./build/src/slo/within.js
var within = __nccwpck_require__(799);
;// CONCATENATED MODULE: ./build/src/slo/sources/pods.js



/**
 * Reads the pods' own metrics. Every canary pod is read at each poll, stable pods within what is left of the budget (one stable pod at
 * least, a quarter of the budget for a comparison); canary pods take turns when they are more than that leaves. As counters add up, a pod
 * that is read less often loses nothing. A pod that is gone is forgotten, and starts with a new baseline if it comes back.
 */
function podsSource(options) {
    const { clock, stable = 'in-turns', maxScrapesPerSecond = 20, scrapeTimeoutMs = 2000 } = options;
    const known = new Map();
    let lastPollAt = Number.NEGATIVE_INFINITY;
    const look = async (target, wanted, signal) => {
        try {
            const text = await (0,within/* within */.u)(scrapeTimeoutMs, clock, signal, (inner) => options.scrape(target, inner));
            return { target, outcome: { samples: parseExposition(text, wanted) } };
        }
        catch (error) {
            if (signal.aborted)
                throw signal.reason;
            return { target, outcome: { problem: error instanceof Error ? error.message : String(error) } };
        }
    };
    return {
        async poll(objectives, signal) {
            const targets = await options.targets(signal);
            const now = clock.now();
            forgetAllBut(targets, known);
            // Polls that come faster than once a second share the second's budget; a pause does not save up for a rush.
            const budget = Math.max(1, Math.floor(maxScrapesPerSecond * Math.min(1, (now - lastPollAt) / 1000)));
            lastPollAt = now;
            const warm = targets.filter((target) => now >= target.readySince + options.warmUpMs);
            const chosen = chooseTargets(warm, known, { budget, stable });
            for (const { uid } of chosen)
                podOf(uid, known).triedAt = now;
            const wanted = wantedMetrics(objectives);
            const lookAt = (pods) => Promise.all(pods.map((target) => look(target, wanted, signal)));
            // For a comparison the canary goes first: what begins to trouble both is then never seen on the canary alone.
            const [first, then] = stable === 'same' ? bySide(chosen) : [chosen, []];
            const looks = [...(await lookAt(first)), ...(await lookAt(then))];
            const side = (name) => ({
                pods: targets.filter((target) => target.side === name).length,
                ...readSide(looks.filter(({ target }) => target.side === name), { objectives, known, now }),
            });
            return { at: now, canary: { ...side('canary'), broken: options.broken?.() }, stable: side('stable') };
        },
    };
}
function podOf(uid, known) {
    const pod = known.get(uid) ?? { counter: new PodCounter(), triedAt: 0, readAt: undefined, failing: false };
    known.set(uid, pod);
    return pod;
}
function forgetAllBut(targets, known) {
    const present = new Set(targets.map(({ uid }) => uid));
    for (const uid of known.keys())
        if (!present.has(uid))
            known.delete(uid);
}
const bySide = (targets) => [
    targets.filter(({ side }) => side === 'canary'),
    targets.filter(({ side }) => side === 'stable'),
];
function chooseTargets(targets, known, choice) {
    const side = (name) => targets.filter((target) => target.side === name);
    // Those whose last turn is longest ago come first.
    const triedAt = ({ uid }) => known.get(uid)?.triedAt ?? 0;
    const inTurns = (pods) => pods.toSorted((a, b) => triedAt(a) - triedAt(b));
    // Those that have been read come first, those that did not answer last.
    const rank = ({ uid }) => (known.get(uid)?.failing ? 2 : known.get(uid)?.readAt === undefined ? 1 : 0);
    const sameAgain = (pods) => pods.toSorted((a, b) => rank(a) - rank(b));
    const stable = choice.stable === 'none' ? [] : choice.stable === 'same' ? sameAgain(side('stable')) : inTurns(side('stable'));
    const forStable = Math.min(stable.length, choice.stable === 'same' ? Math.ceil(choice.budget / 4) : 1);
    const chosenCanary = inTurns(side('canary')).slice(0, Math.max(1, choice.budget - forStable));
    return [...chosenCanary, ...stable.slice(0, Math.max(0, choice.budget - chosenCanary.length))];
}
function readSide(looks, { objectives, known, now }) {
    const counts = new Map();
    const problems = new Set();
    const notes = new Set();
    let [scraped, coveredPodMs] = [0, 0];
    for (const { target, outcome } of looks) {
        const pod = podOf(target.uid, known);
        pod.failing = 'problem' in outcome;
        if ('problem' in outcome) {
            problems.add(`pod ${target.name}: ${outcome.problem}`);
            continue;
        }
        const seen = pod.counter.look(outcome.samples, objectives);
        scraped++;
        coveredPodMs += pod.readAt === undefined ? 0 : now - pod.readAt;
        pod.readAt = now;
        for (const [name, { good, bad }] of seen.counts) {
            const sum = counts.get(name) ?? { good: 0, bad: 0 };
            counts.set(name, { good: sum.good + good, bad: sum.bad + bad });
        }
        for (const problem of seen.problems)
            problems.add(`pod ${target.name}: ${problem}`);
        for (const note of seen.notes)
            notes.add(note);
    }
    return { scraped, counts, problems: [...problems], notes: [...notes], coveredPodMs };
}
//# sourceMappingURL=pods.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/kinds.js
var kinds = __nccwpck_require__(615);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/pod.js
var workload_pod = __nccwpck_require__(639);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/pod-metrics.js


/** The pods that a label selector matches: those that are ready, and those that can't get ready. */
async function findPods(cluster, selector, endpoint, signal) {
    const pods = await cluster.list(kinds/* POD */.Sm, { labels: selector }, signal);
    const ready = pods.filter(workload_pod/* isReady */.i_).map((pod) => ({
        name: pod.metadata?.name ?? '',
        uid: pod.metadata?.uid ?? '',
        labels: pod.metadata?.labels ?? {},
        readySince: (0,workload_pod/* readySince */.SH)(pod) ?? 0,
        port: endpoint.port ?? metricsPort(pod),
    }));
    const broken = pods.flatMap((pod) => {
        const failure = pod.metadata?.deletionTimestamp ? undefined : (0,workload_pod/* startFailure */.xn)(pod);
        if (!failure)
            return [];
        const { name = '', labels = {} } = pod.metadata ?? {};
        return [{ name, labels, reason: `container ${failure.container}: ${failure.reason}` }];
    });
    return { ready, broken };
}
/** The port that the pod says it serves metrics on: the usual annotation, a port named metrics, or the first one. */
function metricsPort(pod) {
    const annotated = Number(pod.metadata?.annotations?.['prometheus.io/port']);
    if (Number.isInteger(annotated) && annotated > 0)
        return annotated;
    const ports = (pod.spec?.containers ?? []).flatMap(({ ports: own }) => own ?? []);
    return (ports.find(({ name }) => name?.includes('metrics')) ?? ports[0])?.containerPort ?? 8080;
}
/**
 * Reads a pod's metrics through the API server, so nothing but the API server need be reachable from the runner.
 * @throws Error with the status when the pod does not answer with 200
 */
async function scrapePod(cluster, pod, path, signal) {
    const target = `/api/v1/namespaces/${cluster.namespace}/pods/${pod.name}:${pod.port}/proxy/${path.replace(/^\//, '')}`;
    const answer = await cluster.request({ method: 'GET', path: target, timeoutMs: 3000, retry: false }, signal);
    if (answer.status !== 200)
        throw new Error(`pod ${pod.name} answered ${answer.status} to GET ${path} on port ${pod.port}`);
    return answer.body;
}
//# sourceMappingURL=pod-metrics.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/selection.js
var selection = __nccwpck_require__(494);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/canary-objects.js
var canary_objects = __nccwpck_require__(51);
;// CONCATENATED MODULE: ./build/src/release/evidence.js




/** Pods come and go within seconds, polls come every second; the list of them is asked for less often. */
const LIST_EVERY_MS = 5000;
/** How a gate reads the pods: stable's only where the file asks for the comparison. */
const readingFor = ({ warmUpMs, compare }) => ({ warmUpMs, stable: compare === 'stable' ? 'same' : 'none' });
/** The canary's and stable's own metrics, read pod by pod through the API server. */
function evidenceFromPods(cluster, app, endpoint, clock, reading) {
    const pods = new Map();
    let targets = [];
    let broken;
    let listedAt = Number.NEGATIVE_INFINITY;
    const list = async (signal) => {
        const selectors = selectorsFor(app);
        const found = await Promise.all(selectors.map((selector) => findPods(cluster, selector, endpoint, signal)));
        const failed = found.flatMap((each) => each.broken).find(({ labels }) => sideOf(labels, app) === 'canary');
        broken = failed && `the canary's pod ${failed.name} does not serve any more: ${failed.reason}`;
        pods.clear();
        return found
            .flatMap(({ ready }) => ready)
            .flatMap((pod) => {
            const side = sideOf(pod.labels, app);
            if (side === undefined)
                return [];
            pods.set(pod.uid, pod);
            return [{ name: pod.name, uid: pod.uid, side, readySince: pod.readySince }];
        });
    };
    return podsSource({
        async targets(signal) {
            if (clock.now() - listedAt >= LIST_EVERY_MS) {
                targets = await list(signal);
                listedAt = clock.now();
            }
            return targets;
        },
        broken: () => broken,
        async scrape({ name, uid }, signal) {
            const pod = pods.get(uid);
            if (!pod)
                throw new Error(`pod ${name} is gone`);
            return scrapePod(cluster, pod, endpoint.path, signal);
        },
        ...reading,
        clock,
    });
}
const canaryLabels = (app) => ({ [canary_objects/* APP_LABEL */.bZ]: app.name, [canary_objects/* TRACK_LABEL */.l8]: 'canary' });
const stableLabels = (app) => app.deployment.spec?.selector.matchLabels ?? {};
/** One list where a label of stable's is on the canary's pods too, otherwise one for each side. */
function selectorsFor(app) {
    const [own] = (0,canary_objects/* isolationLabel */.hz)(app) ?? [];
    const shared = Object.entries(stableLabels(app)).filter(([key]) => key !== own);
    if (shared.length > 0)
        return [(0,selection/* matchLabels */.X)(Object.fromEntries(shared))];
    return [(0,selection/* matchLabels */.X)(canaryLabels(app)), (0,selection/* matchLabels */.X)(stableLabels(app))];
}
function sideOf(labels, app) {
    const hasAll = (wanted) => Object.entries(wanted).every(([key, value]) => labels[key] === value);
    if (hasAll(canaryLabels(app)))
        return 'canary';
    return labels[canary_objects/* TRACK_LABEL */.l8] !== 'canary' && hasAll(stableLabels(app)) ? 'stable' : undefined;
}
/** An objective that merely counts: every request is good. */
const countingObjective = (requests) => ({
    kind: 'ratio',
    name: 'requests',
    counted: 'good',
    events: requests,
    total: requests,
    max: 0.5,
    ruleOut: 0.75,
});
//# sourceMappingURL=evidence.js.map

/***/ }),

/***/ 48:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ giveStableBack),
/* harmony export */   z: () => (/* binding */ leaveNothingBehind)
/* harmony export */ });
/* harmony import */ var _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(615);
/* harmony import */ var _target_kubernetes_ownership_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(241);
/* harmony import */ var _target_kubernetes_surroundings_autoscaler_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(915);
/* harmony import */ var _target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(127);
/* harmony import */ var _config_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(885);
/* harmony import */ var _stable_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(324);
/* harmony import */ var _work_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(698);







/**
 * Once nothing is routed to the canary: the route as it was, then the drain, then the canary's objects; last, what the release held of stable.
 * Nothing of ours stays.
 */
async function leaveNothingBehind(work, release) {
    const { cluster, app, router, held } = work;
    await work.log.group('Remove the canary', async () => {
        await router.leave(held.signal);
        await (0,_work_js__WEBPACK_IMPORTED_MODULE_6__/* .settle */ .G9)(work);
        await cluster.remove(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DEPLOYMENT */ .uH, (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_3__/* .canaryName */ .mh)(app.name), {}, held.signal);
        if (router.isolation === 'isolated')
            await cluster.remove(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .SERVICE */ .YV, (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_3__/* .canaryName */ .mh)(app.name), {}, held.signal);
        if (release.budget)
            await cluster.remove(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD_DISRUPTION_BUDGET */ .wN, (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_3__/* .canaryName */ .mh)(app.name), {}, held.signal);
        await (0,_config_js__WEBPACK_IMPORTED_MODULE_4__/* .dropCanaryConfig */ .gu)(work, release);
        await giveStableBack(work, release);
    });
}
/** Stable's Deployment and autoscaler as their owners had them, without a claim of ours. */
async function giveStableBack(work, release) {
    const { cluster, held } = work;
    if (release.autoscaler)
        await (0,_target_kubernetes_surroundings_autoscaler_js__WEBPACK_IMPORTED_MODULE_2__/* .restoreMinimum */ .zW)(cluster, release.deployment, release.autoscaler, held.signal);
    if (release.paused)
        await (0,_stable_js__WEBPACK_IMPORTED_MODULE_5__/* .pauseAgain */ .Nf)(work);
    await (0,_target_kubernetes_ownership_js__WEBPACK_IMPORTED_MODULE_1__/* .giveUpOwnership */ .S)(cluster, _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DEPLOYMENT */ .uH, release.deployment, held.signal);
}
//# sourceMappingURL=leave.js.map

/***/ }),

/***/ 474:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Tm: () => (/* binding */ releaseNeeds),
/* harmony export */   WW: () => (/* binding */ undoNeeds),
/* harmony export */   XZ: () => (/* binding */ manifestNeeds)
/* harmony export */ });
/* unused harmony export judgeNeeds */
/* harmony import */ var _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(615);
/* harmony import */ var _target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(984);


const METRICS = { group: '', resource: 'pods/proxy', verbs: ['get'], purpose: "to read the pods' metrics" };
const LOGS = { group: '', resource: 'pods/log', verbs: ['get'], purpose: 'to show the last lines of a pod that ends' };
/** What a release asks of the API server from its first step to its promotion; `docs/rbac/` has it as Roles. */
const releaseNeeds = (router) => [
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DEPLOYMENT */ .uH, ['get', 'list', 'watch', 'create', 'patch', 'delete'], 'to run the canary and update stable'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .SERVICE */ .YV, ['list', 'create', 'patch', 'delete'], "for the canary's Service"),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD */ .Sm, ['list', 'watch', 'patch'], 'to see whether pods start, and to take them out of the endpoints before they stop'),
    LOGS,
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .EVENT */ .ll, ['list'], 'to say why pods do not start'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .REPLICA_SET */ .ew, ['list'], 'to know the revisions of stable'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .ENDPOINT_SLICE */ .$t, ['list', 'watch'], 'to see which pods are listed'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .LEASE */ .DL, ['get', 'list', 'watch', 'create', 'patch'], 'for the release record'),
    METRICS,
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .HORIZONTAL_POD_AUTOSCALER */ .xG, ['get', 'list', 'patch'], 'to keep stable at its size while the canary has its traffic'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD_DISRUPTION_BUDGET */ .wN, ['list', 'create', 'patch', 'delete'], "for the canary's budget"),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .NETWORK_POLICY */ .UR, ['list'], 'to see whether a policy would cut the canary off'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .INGRESS */ .kf, ['list'], 'to see what else leads to the Service'),
    ...(router === 'replicas' ? [] : [(0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .HTTP_ROUTE */ .HU, ['get', 'list', 'watch', 'patch'], 'to split the traffic')]),
];
/** What a release with a manifest asks besides, and what putting it back asks. */
const manifestNeeds = [
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .CONFIG_MAP */ .K5, ['get', 'create', 'patch', 'delete'], 'to let ConfigMaps travel with the image'),
];
/** What putting a release back asks of the API server, in whatever state it was left. */
const undoNeeds = (router) => [
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DEPLOYMENT */ .uH, ['get', 'list', 'watch', 'patch', 'delete'], 'to bring stable back and remove the canary'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .SERVICE */ .YV, ['list', 'delete'], "to find the app and remove the canary's Service"),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD */ .Sm, router === 'http-route' ? ['list', 'watch'] : ['list', 'watch', 'patch'], 'to see what runs, and to take pods out of the endpoints before they stop'),
    LOGS,
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .EVENT */ .ll, ['list'], 'to say why pods do not start'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .REPLICA_SET */ .ew, ['list'], 'to know the revisions of stable'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .ENDPOINT_SLICE */ .$t, ['list', 'watch'], 'to see which pods are listed'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .LEASE */ .DL, ['get', 'list', 'watch', 'create', 'patch'], 'for the release record'),
    METRICS,
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .HORIZONTAL_POD_AUTOSCALER */ .xG, ['get', 'patch'], "to give stable's autoscaler back"),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD_DISRUPTION_BUDGET */ .wN, ['delete'], "to remove the canary's budget"),
    ...(router === 'replicas'
        ? []
        : [(0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .HTTP_ROUTE */ .HU, ['get', 'list', 'watch', 'patch'], 'to take the canary out of the traffic')]),
];
/** What looking at a release and recording the verdict, without touching the app, asks of the API server. */
const judgeNeeds = [
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DEPLOYMENT */ .uH, ['get'], 'to find the app'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .SERVICE */ .YV, ['list'], 'to find the app'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD */ .Sm, ['list'], 'to find the pods'),
    (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_1__/* .needs */ .eN)(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .LEASE */ .DL, ['get', 'list', 'watch', 'patch'], 'to keep the verdict in the release record'),
    METRICS,
];
//# sourceMappingURL=needs.js.map

/***/ }),

/***/ 923:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  wQ: () => (/* binding */ freshNonce),
  jj: () => (/* binding */ memoryFor),
  gS: () => (/* binding */ openRelease),
  NF: () => (/* binding */ routerFor)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(598);
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
// EXTERNAL MODULE: ./build/src/target/kubernetes/cluster.js
var kubernetes_cluster = __nccwpck_require__(334);
// EXTERNAL MODULE: ./build/src/target/kubernetes/edit-object.js
var edit_object = __nccwpck_require__(976);
// EXTERNAL MODULE: ./build/src/target/kubernetes/kinds.js
var kinds = __nccwpck_require__(615);
// EXTERNAL MODULE: ./build/src/target/kubernetes/ownership.js
var ownership = __nccwpck_require__(241);
// EXTERNAL MODULE: ./build/src/target/kubernetes/routers/route-weights.js
var route_weights = __nccwpck_require__(172);
// EXTERNAL MODULE: ./build/src/target/kubernetes/routers/testers.js
var routers_testers = __nccwpck_require__(9);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/routers/http-route-router.js








/** Time from an accepted change to the last proxy acting on it, by the controller that owns the route (their documentation). */
const SETTLE_MS = [
    // It takes all changes together, at most every 2 s, and builds its routes anew after that (docs/testbed.md has the measurement).
    [/^traefik\.io\//, 3000],
    [/^networking\.gke\.io\//, 30_000],
];
const UNKNOWN_SETTLE_MS = 30_000;
const ACCEPTANCE_TIMEOUT_MS = 30_000;
const MAX_CONFLICTS = 5;
/** The memory with which a release of this route begins. */
const httpRouteMemory = (route, backends) => ({
    kind: 'http-route',
    route: route.metadata?.name ?? '',
    rules: (0,route_weights/* rememberWeights */.D_)(route, backends),
});
/** The documented bound of the controllers that have reported a status for the route; the longest, should there be several. */
function settleTimeOf(route) {
    const controllers = (route?.status?.parents ?? []).map(({ controllerName }) => controllerName ?? '');
    const bounds = controllers.map((controller) => SETTLE_MS.find(([pattern]) => pattern.test(controller))?.[1] ?? UNKNOWN_SETTLE_MS);
    return bounds.length === 0 ? UNKNOWN_SETTLE_MS : Math.max(...bounds);
}
/** Splits the traffic by the weights of the route's backends. */
function httpRouteRouter(cluster, { backends, memory, settleMs, seen: known }) {
    const name = memory.route;
    const where = `HTTPRoute ${cluster.namespace}/${name}`;
    const readRoute = async (signal) => {
        const route = await cluster.read(kinds/* HTTP_ROUTE */.HU, name, signal);
        if (!route)
            throw new errors/* UserError */.y(`${where} is gone; somebody deleted it during the release. Create it again, then run this step again.`);
        return route;
    };
    /** The route as we last saw it. Every edit is a compare-and-swap, so one that is out of date costs a second try and nothing else. */
    let seen = known;
    /** Compare-and-swap: the edit is made on what was seen last, and made again on what is there when somebody else was faster. */
    const edit = async (change, signal) => {
        for (let attempt = 1;; attempt++) {
            const remembered = seen;
            seen = undefined;
            const route = remembered ?? (await readRoute(signal));
            const after = change((0,route_weights/* rulesOf */.fD)(route));
            if (JSON.stringify(after) === JSON.stringify((0,route_weights/* rulesOf */.fD)(route))) {
                // "Nothing to do" must not be concluded from an old sight.
                if (remembered !== undefined)
                    continue;
                return route;
            }
            try {
                seen = await cluster.patch(kinds/* HTTP_ROUTE */.HU, name, swapRules(route, after), signal);
                return seen;
            }
            catch (error) {
                if (!(0,edit_object/* isConflict */.d)(error) || attempt === MAX_CONFLICTS)
                    throw error;
            }
        }
    };
    const accepted = async (written, signal) => {
        const generation = written.metadata?.generation ?? 0;
        try {
            seen = await cluster.until(kinds/* HTTP_ROUTE */.HU, { fields: `metadata.name=${name}` }, ([route]) => (route && isAccepted(route, generation, where) ? route : undefined), { timeoutMs: ACCEPTANCE_TIMEOUT_MS, since: written }, signal);
        }
        catch (error) {
            if (!(error instanceof kubernetes_cluster/* DeadlineError */.j))
                throw error;
            throw new errors/* UserError */.y(`No controller accepted the change of ${where} within ${(0,duration/* formatDuration */.a)(ACCEPTANCE_TIMEOUT_MS)}. Is the Gateway of its parentRefs served by a running controller?`, { cause: error });
        }
    };
    const write = ({ percent, testers }, signal) => edit((rules) => {
        if (!rules.some((rule) => rule.backendRefs?.some((backend) => backend.name === backends.stable))) {
            throw new errors/* UserError */.y(`${where} no longer sends traffic to Service ${backends.stable}; somebody changed it during the release.`);
        }
        return (0,routers_testers/* withTesterRules */.D)((0,route_weights/* withCanaryShare */.W0)(rules, backends, memory.rules, percent), backends, testers);
    }, signal);
    return {
        kind: 'http-route',
        memory,
        isolation: 'isolated',
        settleMs,
        reachableShare: (percent) => percent,
        canaryReplicas: (percent, stableReplicas) => Math.max(1, Math.ceil((percent * stableReplicas) / 100)),
        admit: async (signal) => {
            seen ??= await readRoute(signal);
            if (!(0,route_weights/* leadsTo */.Rs)(seen, backends.canary))
                await accepted(await write({ percent: 0 }, signal), signal);
        },
        shift: async (share, signal) => {
            if (share.percent > 0)
                await accepted(await write(share, signal), signal);
            // A route that is gone sends nothing to the canary.
            else if (seen !== undefined || (await cluster.read(kinds/* HTTP_ROUTE */.HU, name, signal)) !== undefined)
                await edit((rules) => (0,routers_testers/* withoutTesterRules */.l)((0,route_weights/* withZeroWeight */.tP)(rules, backends, memory.rules), backends), signal);
        },
        leave: async (signal) => {
            const route = await cluster.read(kinds/* HTTP_ROUTE */.HU, name, signal);
            if (!route)
                return;
            await edit((rules) => (0,route_weights/* withoutCanary */.vQ)((0,routers_testers/* withoutTesterRules */.l)(rules, backends), backends, memory.rules), signal);
            // `rules` is one atomic list: a claim on it would make every later change of its owner conflict.
            await (0,ownership/* giveUpOwnership */.S)(cluster, kinds/* HTTP_ROUTE */.HU, name, signal);
        },
    };
}
const swapRules = (route, rules) => [
    { op: 'test', path: '/metadata/resourceVersion', value: route.metadata?.resourceVersion },
    { op: 'replace', path: '/spec/rules', value: rules },
];
/** Every parent that reported must accept this generation and resolve its backends; no report is no acceptance. */
function isAccepted(route, generation, where) {
    const parents = route.status?.parents ?? [];
    const conditions = parents
        .flatMap((parent) => parent.conditions ?? [])
        .filter(({ type }) => type === 'Accepted' || type === 'ResolvedRefs');
    const current = conditions.filter(({ observedGeneration }) => (observedGeneration ?? 0) >= generation);
    const refused = current.find(({ status }) => status === 'False');
    if (refused)
        throw new errors/* UserError */.y(`The controller of ${where} refuses it: ${refused.type} is False, ${refused.reason ?? ''}: ${refused.message ?? ''}`);
    return parents.length > 0 && current.length === conditions.length && current.length >= 2 * parents.length;
}
//# sourceMappingURL=http-route-router.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/canary-endpoints.js
var canary_endpoints = __nccwpck_require__(865);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/routers/replicas-router.js


/** kube-proxy acts on an endpoint change within a second (--iptables-min-sync-period); clients keep connections that they have. */
const replicas_router_SETTLE_MS = 2000;
const MAX_CANARY_PER_STABLE = 4;
/**
 * Without a router the ratio of pods is the split: the canary's pods stand beside stable's behind the same Service, so the share moves when
 * pods come and go, in steps of a whole pod.
 */
function replicasRouter(cluster, app) {
    const canaryReplicas = (percent, stableReplicas) => {
        const needed = percent >= 100 ? stableReplicas : Math.max(1, Math.round((percent * stableReplicas) / (100 - percent)));
        if (needed > MAX_CANARY_PER_STABLE * stableReplicas) {
            throw new errors/* UserError */.y(`${percent} % without a router needs ${needed} canary pods beside ${stableReplicas} of stable. Use an HTTPRoute, a lower weight, or 100 to promote.`);
        }
        return needed;
    };
    return {
        kind: 'replicas',
        memory: { kind: 'replicas' },
        isolation: 'shared',
        settleMs: replicas_router_SETTLE_MS,
        canaryReplicas,
        reachableShare(percent, stableReplicas) {
            const canary = canaryReplicas(percent, stableReplicas);
            return (100 * canary) / (canary + stableReplicas);
        },
        admit: async () => undefined,
        shift: async ({ percent, pods }, signal) => {
            await (0,canary_endpoints/* listCanaryPods */.L)(cluster, app, 'shared', percent === 0 ? 0 : pods, signal);
        },
        leave: async () => undefined,
    };
}
//# sourceMappingURL=replicas-router.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/app.js
var workload_app = __nccwpck_require__(127);
// EXTERNAL MODULE: ./build/src/release/begin.js
var begin = __nccwpck_require__(578);
// EXTERNAL MODULE: ./build/src/release/evidence.js + 4 modules
var release_evidence = __nccwpck_require__(811);
;// CONCATENATED MODULE: ./build/src/release/split-proof.js
/** Two-sided 99 % quantile of the normal distribution. */
const Z = 2.5758293035489004;
/**
 * What the counts say of the split, by Wilson's score interval (E. B. Wilson, JASA 22, 1927), which holds near 0 and 100 % too.
 * @param asked share that was written, in percent
 * @param previous share before it, in percent
 */
function estimateSplit({ canary, total }, asked, previous) {
    if (total === 0)
        return { share: undefined, low: 0, high: 100, state: 'undecided' };
    const p = canary / total;
    const z2 = Z * Z;
    const centre = (p + z2 / (2 * total)) / (1 + z2 / total);
    const half = (Z * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total))) / (1 + z2 / total);
    const low = canary === 0 ? 0 : 100 * Math.max(0, centre - half);
    const high = canary === total ? 100 : 100 * Math.min(1, centre + half);
    const isNarrow = (high - low) / 2 <= Math.max(3, asked / 3);
    const contains = (share) => low <= share && share <= high;
    const excludesPrevious = previous === asked || !contains(previous);
    const state = !isNarrow ? 'undecided' : !contains(asked) ? 'contradicted' : excludesPrevious ? 'proven' : 'undecided';
    return { share: 100 * p, low, high, state };
}
/** How many requests a proof takes when they are split just as asked; for knowing when to look again. */
function requestsToProve(asked, previous) {
    for (let total = 50;; total = Math.ceil(total * 1.1)) {
        const canary = Math.round((total * asked) / 100);
        if (total > 100_000 || estimateSplit({ canary, total }, asked, previous).state === 'proven')
            return total;
    }
}
//# sourceMappingURL=split-proof.js.map
;// CONCATENATED MODULE: ./build/src/release/prove-split.js



/** Without a single request for this long, more waiting proves nothing. */
const NO_TRAFFIC_MS = 10_000;
const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 4000;
/** Looks cost requests, so the first is taken when a service of this size would have had enough traffic. */
const USUAL_RPS = 200;
/**
 * Counts the requests that canary and stable really get until the split is proven or `timeoutMs` is over. Counts that contradict the
 * share are thrown away and counted anew while there is time, because the last proxy may only just have heard of the change.
 * @throws UserError when the last counts contradict the share, or when a proof is required and there is none
 */
function proveSplit({ source, requests, timeoutMs, demand: usualDemand, clock, log }) {
    return async (asked, previous, { signal, hasTesters = false, demand = usualDemand }) => {
        const startedAt = clock.now();
        let counts = { canary: 0, total: 0 };
        // A share is seldom split just as asked, so a fifth more.
        const needed = 1.2 * requestsToProve(asked, previous);
        let wait = waitFor(needed, USUAL_RPS);
        let problems = (await source.poll([requests], signal)).canary.problems;
        for (;;) {
            await clock.sleep(wait, signal);
            const poll = await source.poll([requests], signal);
            problems = [...poll.canary.problems, ...poll.stable.problems];
            // Stable's requests alone would look like a canary without traffic.
            const isBlind = poll.canary.pods > 0 && poll.canary.scraped === 0;
            if (!isBlind)
                counts = addCounts(counts, poll, requests.name);
            const estimate = forTesters(estimateSplit(counts, asked, previous), asked, hasTesters);
            const elapsed = clock.now() - startedAt;
            log.debug(`split: ${describe(estimate, counts)} after ${(0,duration/* formatDuration */.a)(elapsed)}`);
            if (estimate.state === 'proven') {
                log.info(`Proven: ${describe(estimate, counts)}; ${percent(asked)} % was asked for.`);
                return { ...estimate, ...counts };
            }
            const isOver = elapsed >= timeoutMs || (counts.total === 0 && elapsed >= Math.min(NO_TRAFFIC_MS, timeoutMs));
            if (isOver)
                return conclude({ ...estimate, ...counts }, asked, demand, problems, log);
            wait = waitFor(needed - counts.total, (1000 * counts.total) / elapsed);
            if (estimate.state === 'contradicted')
                counts = { canary: 0, total: 0 };
        }
    };
}
/** Requests of testers can't be told from the canary's share; together they may only be more than it. */
const forTesters = (estimate, asked, hasTesters) => hasTesters && estimate.state === 'contradicted' && estimate.low > asked ? { ...estimate, state: 'undecided' } : estimate;
/** Milliseconds until `missing` more requests have come, within reason. */
const waitFor = (missing, rps) => Math.min(Math.max((1000 * missing) / rps, MIN_POLL_MS), MAX_POLL_MS);
/**
 * Adds what one look saw. Where there are many pods they are read in turns, and a side whose pods were read more often would seem to get more;
 * so both are brought down to the coverage of the less covered one, which errs towards too few requests and never towards too many.
 */
function addCounts({ canary, total }, poll, objective) {
    const sides = [poll.canary, poll.stable];
    const coverages = sides.map(({ pods, coveredPodMs }) => (pods === 0 ? Number.POSITIVE_INFINITY : coveredPodMs / pods));
    const common = Math.min(...coverages);
    const [ofCanary = 0, ofStable = 0] = sides.map((side, index) => {
        const { good, bad } = side.counts.get(objective) ?? { good: 0, bad: 0 };
        const coverage = coverages[index] ?? common;
        return Math.round((good + bad) * (coverage > common && Number.isFinite(coverage) ? common / coverage : 1));
    });
    return { canary: canary + ofCanary, total: total + ofCanary + ofStable };
}
function conclude(proof, asked, demand, problems, log) {
    if (proof.state === 'contradicted') {
        throw new errors/* UserError */.y(`The router does not follow the weight: ${percent(asked)} % was written and accepted, but ${describe(proof, proof)}. ` +
            'Look for another route, an Ingress or session affinity in front of the Service.');
    }
    const why = problems[0] ?? (proof.total === 0 ? 'no request was seen' : `only ${describe(proof, proof)} was seen`);
    const text = `The split could not be proven: ${why}.`;
    if (demand === 'required')
        throw new errors/* UserError */.y(`${text} \`prove: required\` asks for a proof. Send traffic, or set \`prove: expected\`.`);
    log.warning(`${text} Going on without proof that ${percent(asked)} % of the traffic is on the canary.`);
    return proof;
}
/** Whole pods make shares such as 16.666… %. */
const percent = (share) => String(Number(share.toFixed(1)));
const describe = ({ share, low, high }, { canary, total }) => share === undefined
    ? 'no request counted'
    : `${canary} of ${total} requests went to the canary, ${share.toFixed(1)} % (99 % interval ${low.toFixed(1)}–${high.toFixed(1)} %)`;
//# sourceMappingURL=prove-split.js.map
// EXTERNAL MODULE: ./build/src/release/record.js + 1 modules
var record = __nccwpck_require__(605);
// EXTERNAL MODULE: ./build/src/release/record-store.js
var record_store = __nccwpck_require__(902);
;// CONCATENATED MODULE: ./build/src/release/open.js









/** A short random word for ids and lock holders. */
const freshNonce = () => (0,external_node_crypto_.randomBytes)(4).toString('hex');
/** How the release in flight splits the traffic, or else how a new one would. */
function memoryFor({ app, route }) {
    return route ? httpRouteMemory(route, (0,workload_app/* backendsOf */.dc)(app)) : { kind: 'replicas' };
}
/** Takes the lock on the app's record and runs `strategy` with everything that it needs; gives the lock back at the end. */
function openRelease(cluster, found, memory, options, { clock, log, workflowRun, signal }, strategy) {
    const { app } = found;
    return (0,record_store/* withRecord */.q8)(app.name, found, { cluster, clock, log, workflowRun, signal, nonce: freshNonce() }, async (held) => {
        const { latest } = held.record;
        if (latest && !(0,record/* isOver */.PU)(latest))
            (0,begin/* refuseOtherNames */.pT)(app, latest);
        const endpoint = { port: options.metricsPort, path: options.metricsPath };
        const evidence = (reading) => (0,release_evidence/* evidenceFromPods */.aA)(cluster, app, endpoint, clock, reading);
        const requests = (0,release_evidence/* countingObjective */.r_)(options.requestMetric);
        return strategy({
            app,
            cluster,
            clock,
            log,
            held,
            router: routerFor(cluster, found, memory, options.settle),
            evidence,
            proveSplit: proveSplit({
                source: evidence({ warmUpMs: 0 }),
                requests,
                timeoutMs: options.proveTimeout,
                demand: options.prove,
                clock,
                log,
            }),
            startTimeoutMs: options.startTimeout,
        });
    });
}
/** The router that a release began with, whatever one would be chosen today. */
function routerFor(cluster, found, memory, settleMs) {
    const { app, route } = found;
    if (memory.kind === 'http-route') {
        return httpRouteRouter(cluster, {
            backends: (0,workload_app/* backendsOf */.dc)(app),
            memory,
            seen: route,
            settleMs: settleMs ?? settleTimeOf(route),
        });
    }
    const router = replicasRouter(cluster, app);
    return settleMs === undefined ? router : { ...router, settleMs };
}
//# sourceMappingURL=open.js.map

/***/ }),

/***/ 637:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  p: () => (/* binding */ putBack)
});

// EXTERNAL MODULE: ./build/src/release/abort.js
var abort = __nccwpck_require__(809);
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/target/kubernetes/kinds.js
var kinds = __nccwpck_require__(615);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/app.js
var app = __nccwpck_require__(127);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/canary-objects.js
var canary_objects = __nccwpck_require__(51);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/pod.js
var pod = __nccwpck_require__(639);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/rollout.js + 1 modules
var rollout = __nccwpck_require__(27);
// EXTERNAL MODULE: ./build/src/release/begin.js
var begin = __nccwpck_require__(578);
// EXTERNAL MODULE: ./build/src/release/config.js
var config = __nccwpck_require__(885);
// EXTERNAL MODULE: ./build/src/release/leave.js
var leave = __nccwpck_require__(48);
// EXTERNAL MODULE: ./build/src/release/record.js + 1 modules
var record = __nccwpck_require__(605);
// EXTERNAL MODULE: ./build/src/release/stable.js
var stable = __nccwpck_require__(324);
// EXTERNAL MODULE: ./build/src/release/work.js
var release_work = __nccwpck_require__(698);
;// CONCATENATED MODULE: ./build/src/release/rollback.js













/**
 * What a rollback without arguments does. It looks only at the record, so that a failed build undoes nothing, and a second call nothing more.
 */
function planRollback(latest, scope, run) {
    if (latest === undefined)
        return { kind: 'nothing', reason: 'This app has no release on record.' };
    if (scope === 'run' && !owns(run, latest)) {
        return { kind: 'nothing', reason: `The latest release belongs to ${latest.owner.url}; \`scope: run\` leaves it alone.` };
    }
    if (!isOver(latest))
        return latest.phase === 'rolling-back' ? { kind: 'restore', release: latest } : { kind: 'abort', release: latest };
    if (latest.phase === 'promoted')
        return { kind: 'restore', release: latest };
    return { kind: 'nothing', reason: `The latest release is ${latest.phase} already.` };
}
/**
 * Brings stable back from a promoted release to the version before it.
 * @throws UserError when stable no longer runs what that release promoted, because what is live then is somebody else's decision
 */
async function restore(work, before) {
    if (before.phase === 'promoted' && (await (0,stable/* templateHashOf */.gM)(work, await (0,stable/* readStable */.iV)(work))) !== before.canary.templateHash) {
        throw new errors/* UserError */.y(`Deployment ${work.cluster.namespace}/${before.deployment} was changed after release ${before.id} was promoted, so undoing that release would undo somebody else's change too. ` +
            'Say what you want with `to-revision: previous`, `to-revision: N` or `to-image`. Nothing has been changed.');
    }
    if (before.irreversible) {
        throw new errors/* UserError */.y(`Release ${before.id} is marked irreversible (\`irreversible: true\`), so its promotion is not undone automatically: ${before.stable.image} may not work with what went out with it. ` +
            'Release a fixed version instead, or force the old one with `to-image`. Nothing has been changed.');
    }
    (0,begin/* refuseOtherNames */.pT)(work.app, before);
    const template = await (0,stable/* recordedTemplate */.FV)(work, before);
    return work.log.group(`Roll back to ${before.stable.image}`, async () => {
        const release = await (0,release_work/* announce */.iP)(work, before, { phase: 'rolling-back' });
        const written = await (0,stable/* restoreRevision */._C)(work, release, template);
        await (0,rollout/* waitForRollout */.gj)(work.cluster, (0,stable/* stableTarget */.d7)(work, release.stable.image, written), (0,release_work/* waitOf */.pE)(work));
        await (0,config/* dropNewConfig */.UL)(work, release);
        await (0,config/* dropCanaryConfig */.gu)(work, release);
        await work.router.leave(work.held.signal);
        await (0,leave/* giveStableBack */.c)(work, release);
        const rolledBack = (0,record/* ended */.v6)(release, 'rolled-back', (0,release_work/* now */.tB)(work));
        return (0,release_work/* announce */.iP)(work, rolledBack, (0,release_work/* withStep */.p$)(work, rolledBack));
    });
}
/** Moves a Deployment to one of its earlier revisions, as `kubectl rollout undo` does, and waits until it runs. */
async function moveToRevision(work, revision) {
    const deployment = await readStable(work);
    const sets = await revisionsOf(work, deployment);
    const current = revisionNumber(deployment);
    const wanted = revision === 'previous'
        ? sets.find((set) => revisionNumber(set) < current)
        : sets.find((set) => revisionNumber(set) === revision);
    const template = wanted?.spec?.template;
    if (!wanted || !template) {
        const there = sets.map(revisionNumber).join(', ') || 'none';
        throw new UserError(`Deployment ${work.cluster.namespace}/${deployment.metadata?.name} has no ${revision === 'previous' ? 'revision before' : 'revision'} ${revision === 'previous' ? current : revision}; it has ${there}. ` +
            'Older ones were deleted (spec.revisionHistoryLimit). Name the image with `to-image`. Nothing has been changed.');
    }
    const from = imageIn(deployment.spec?.template ?? template, work.app.container);
    const to = imageIn(template, work.app.container);
    const written = await setStableTemplate(work, template);
    await waitForRollout(work.cluster, stableTarget(work, to, written), waitOf(work));
    await giveStableBack(work, heldOf(deployment));
    return { from, to };
}
/** Puts an image into stable, whatever the record says, and waits until it runs. */
async function moveToImage(work, image) {
    const deployment = await readStable(work);
    const from = imageIn(deployment.spec?.template ?? {}, work.app.container);
    await setStableImage(work, work.app, image);
    await waitForRollout(work.cluster, stableTarget(work, image), waitOf(work));
    await giveStableBack(work, heldOf(deployment));
    return { from, to: image };
}
/** What such a move holds of stable while it goes on. */
const heldOf = ({ metadata, spec }) => ({ deployment: metadata?.name ?? '', paused: spec?.paused === true });
/**
 * Proves what runs, not what was asked for: every ready pod of stable has the image in its spec, and the container runtime says that it is the
 * one that was meant.
 * @param knownIds image ids that the version had when it ran before; undefined or empty when nobody looked
 * @returns the image ids that run
 * @throws UserError when other pods are ready, or when the tag leads to another image by now
 */
async function proveRunning(work, image, knownIds = []) {
    const { labels, container } = stableTarget(work, image);
    const pods = (await work.cluster.list(POD, { labels: `${matchLabels(labels)},${TRACK_LABEL}!=canary` }, work.held.signal)).filter(isReady);
    const others = pods.filter((pod) => pod.spec?.containers.find(({ name }) => name === container)?.image !== image);
    if (pods.length === 0 || others.length > 0) {
        throw new UserError(`${pods.length} pods are ready and ${others.length} of them do not run ${image}: ${others.map(({ metadata }) => metadata?.name).join(', ')}.`);
    }
    const ids = [...new Set(pods.map((pod) => runningImageId(pod, container)))];
    refuseOtherImage(image, ids, knownIds);
    return ids;
}
/** A tag can be moved, and a registry can answer with something else than it was asked for. */
function refuseOtherImage(image, ids, knownIds) {
    const [, asked] = /@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
    const isMeant = (id) => {
        if (knownIds.length > 0)
            return knownIds.includes(id);
        // Without a repository in front it may be the digest of the image's configuration, which nobody asked for.
        return asked === undefined || !id.includes('@sha256:') || id.endsWith(asked);
    };
    const wrong = ids.filter((id) => !isMeant(id));
    if (wrong.length === 0)
        return;
    const before = knownIds.length > 0 ? `before the release they ran ${knownIds.join(', ')}` : `${asked} was asked for`;
    throw new UserError(`The pods are ready and name ${image}, but they run ${wrong.join(', ')}; ${before}. The tag leads to another image now. Name the right one by its digest with \`to-image\`.`);
}
//# sourceMappingURL=rollback.js.map
;// CONCATENATED MODULE: ./build/src/release/put-back.js


/** Brings an unfinished release to its end by undoing it: one that was being rolled back is rolled back, any other is aborted. */
const putBack = (work, release, reason) => release.phase === 'rolling-back' ? restore(work, release) : (0,abort/* abort */.h)(work, release, reason);
//# sourceMappingURL=put-back.js.map

/***/ }),

/***/ 902:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   aE: () => (/* binding */ readRecord),
/* harmony export */   q8: () => (/* binding */ withRecord)
/* harmony export */ });
/* unused harmony export leaseName */
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(537);
/* harmony import */ var _target_kubernetes_cluster_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(334);
/* harmony import */ var _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(615);
/* harmony import */ var _target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(51);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(605);





const ANNOTATION = 'd9.dev/release';
/** The server drops an empty map, and a patch can only add to one that is there. */
const EMPTY_ANNOTATION = { [ANNOTATION]: (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .serializeRecord */ .Om)(_record_js__WEBPACK_IMPORTED_MODULE_3__/* .EMPTY_RECORD */ .sU) };
const LEASE_DURATION_SECONDS = 30;
const RENEW_EVERY_MS = 10_000;
const leaseName = (app) => `d9-${app}`;
/** Reads the record without touching it; an app that was never released has an empty one. */
async function readRecord(cluster, app, signal) {
    const lease = await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, leaseName(app), signal);
    return { record: recordIn(lease, cluster, app), lease };
}
function recordIn(lease, cluster, app) {
    const json = lease?.metadata?.annotations?.[ANNOTATION];
    return json === undefined ? _record_js__WEBPACK_IMPORTED_MODULE_3__/* .EMPTY_RECORD */ .sU : (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .parseRecord */ .Hh)(json, `Lease ${cluster.namespace}/${leaseName(app)}`);
}
/**
 * Runs `work` as the only process that works on the app's record, renewing the lock meanwhile and giving it back at the end.
 * @throws UserError when a process that is alive holds the lock; it names that process's run
 */
async function withRecord(app, seen, effects, work) {
    const { cluster, clock, workflowRun, nonce } = effects;
    const holder = `${workflowRun.repository}/${workflowRun.runId}/${workflowRun.runAttempt}/${workflowRun.job}@${workflowRun.runner}#${nonce}`;
    let lease = await acquire(leaseName(app), holder, seen.lease, effects);
    let record = recordIn(lease, cluster, app);
    const lost = new AbortController();
    const ended = new AbortController();
    // Renewals and writes share one resourceVersion, so they go one after the other.
    let queue = Promise.resolve();
    const swap = (operations, signal) => {
        const next = queue.then(async () => {
            lease = await swapLease(cluster, lease, holder, operations, signal);
        });
        queue = next.catch(() => undefined);
        return next;
    };
    const renewing = (async () => {
        for (;;) {
            await clock.sleep(RENEW_EVERY_MS, ended.signal);
            await swap([{ op: 'replace', path: '/spec/renewTime', value: microTime(clock) }], ended.signal);
        }
    })().catch((error) => {
        if (!ended.signal.aborted)
            lost.abort(error);
    });
    const held = {
        get record() {
            return record;
        },
        signal: AbortSignal.any([effects.signal, lost.signal]),
        async write(release) {
            const next = (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .withRelease */ ._h)(record, release);
            await swap([{ op: 'add', path: `/metadata/annotations/${ANNOTATION.replaceAll('/', '~1')}`, value: (0,_record_js__WEBPACK_IMPORTED_MODULE_3__/* .serializeRecord */ .Om)(next) }], held.signal);
            record = next;
        },
    };
    try {
        return await work(held);
    }
    finally {
        ended.abort(new Error('the work on the record is done'));
        await renewing;
        // Also after a cancellation: the lock given back now spares the next process the wait for its end.
        await swap([{ op: 'remove', path: '/spec/holderIdentity' }], AbortSignal.timeout(2000)).catch((error) => {
            effects.log.debug(`The lock was not given back and ends by itself in ${LEASE_DURATION_SECONDS} s: ${String(error)}`);
        });
    }
}
/** Patches the Lease we hold. Somebody else's edit of it (a label, say) is no reason to stop; another holder is. */
async function swapLease(cluster, lease, holder, operations, signal) {
    const name = lease.metadata?.name ?? '';
    let current = lease;
    for (;;) {
        try {
            const test = {
                op: 'test',
                path: '/metadata/resourceVersion',
                value: current.metadata?.resourceVersion,
            };
            return await cluster.patch(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, name, [test, ...operations], signal);
        }
        catch (error) {
            if (!(error instanceof _target_kubernetes_cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h) || (error.status !== 409 && error.status !== 422))
                throw error;
            const fresh = await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, name, signal);
            if (fresh?.spec?.holderIdentity !== holder) {
                throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .y(`Another process took over the release record (Lease ${cluster.namespace}/${name}): ${fresh?.spec?.holderIdentity ?? 'the Lease was deleted'}. This step stops here.`, { cause: error });
            }
            if (fresh.metadata?.resourceVersion === current.metadata?.resourceVersion)
                throw error;
            current = fresh;
        }
    }
}
/** Takes the lock: at once when it is free, and otherwise when its holder has not renewed it for as long as it promised to. */
async function acquire(name, holder, current, effects) {
    const { cluster, clock, log, signal } = effects;
    if (!current)
        return createLease(name, holder, effects);
    const other = current.spec?.holderIdentity;
    if (other && !isPredecessor(other, holder)) {
        log.info(`${other} holds the release record; waiting up to ${LEASE_DURATION_SECONDS} s to see whether it is alive.`);
        await waitUntilAbandoned(current, effects);
    }
    const fresh = other ? ((await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, name, signal)) ?? current) : current;
    const now = microTime(clock);
    try {
        return await cluster.patch(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, name, [
            { op: 'test', path: '/metadata/resourceVersion', value: fresh.metadata?.resourceVersion },
            {
                op: 'add',
                path: '/spec',
                value: {
                    ...fresh.spec,
                    holderIdentity: holder,
                    leaseDurationSeconds: LEASE_DURATION_SECONDS,
                    acquireTime: now,
                    renewTime: now,
                },
            },
            ...(fresh.metadata?.annotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: EMPTY_ANNOTATION }]),
        ], signal);
    }
    catch (error) {
        if (!(error instanceof _target_kubernetes_cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h) || (error.status !== 409 && error.status !== 422))
            throw error;
        return oursOrLost(name, holder, effects, error);
    }
}
async function createLease(name, holder, effects) {
    const { cluster, clock, signal } = effects;
    const now = microTime(clock);
    const lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace: cluster.namespace, labels: { ..._target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .MANAGED_BY */ .Kf }, annotations: EMPTY_ANNOTATION },
        spec: { holderIdentity: holder, leaseDurationSeconds: LEASE_DURATION_SECONDS, acquireTime: now, renewTime: now },
    };
    try {
        return await cluster.create(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, lease, signal);
    }
    catch (error) {
        if (!(error instanceof _target_kubernetes_cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h) || error.status !== 409)
            throw error;
        return oursOrLost(name, holder, effects, error);
    }
}
/** The same job on the same runner runs one step at a time, so an earlier process of it is dead. */
const isPredecessor = (other, holder) => other.split('#')[0] === holder.split('#')[0];
/** Judged by our own clock from what we see, never by comparing our clock with the holder's. */
async function waitUntilAbandoned(seen, { cluster, signal }) {
    try {
        await cluster.until(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, { fields: `metadata.name=${seen.metadata?.name}` }, ([lease]) => {
            if (!lease?.spec?.holderIdentity)
                return true;
            if (String(lease.spec.renewTime) === String(seen.spec?.renewTime) &&
                lease.spec.holderIdentity === seen.spec?.holderIdentity)
                return undefined;
            throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .y(`${describeHolder(lease.spec.holderIdentity)} is working on this app right now. Wait for it to end, then run this step again. This step has changed nothing.`);
        }, { timeoutMs: LEASE_DURATION_SECONDS * 1000 }, signal);
    }
    catch (error) {
        if (!(error instanceof _target_kubernetes_cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .DeadlineError */ .j))
            throw error;
    }
}
/** After a refused write: an answer that was lost on its way makes us refuse our own repetition, so whoever holds the lock now is looked at. */
async function oursOrLost(name, holder, { cluster, signal }, cause) {
    const lease = await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .LEASE */ .DL, name, signal);
    const winner = lease?.spec?.holderIdentity;
    if (lease && winner === holder)
        return lease;
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .y(`${describeHolder(winner ?? 'Another process')} took up this app at the same moment and is working on it. Run this step again when it is done. This step has changed nothing.`, { cause });
}
const describeHolder = (identity) => {
    const [owner, name, runId] = identity.split('/');
    return runId === undefined ? identity : `Workflow run ${runId} of ${owner}/${name}`;
};
/** metav1.MicroTime: RFC 3339 with six digits. */
const microTime = (clock) => new Date(clock.now()).toISOString().replace('Z', '000Z');
//# sourceMappingURL=record-store.js.map

/***/ }),

/***/ 605:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  sU: () => (/* binding */ EMPTY_RECORD),
  v6: () => (/* binding */ ended),
  PU: () => (/* binding */ isOver),
  Hh: () => (/* binding */ parseRecord),
  Om: () => (/* binding */ serializeRecord),
  _h: () => (/* binding */ withRelease)
});

// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/slo/judge/state.js
var state = __nccwpck_require__(35);
;// CONCATENATED MODULE: ./build/src/release/record-schema.js
const itself = [''];
const record_schema_text = (value) => (typeof value === 'string' && value.length > 0 && value.length <= 1024 ? [] : itself);
const anyText = (value) => (typeof value === 'string' && value.length <= 4096 ? [] : itself);
const flag = (value) => (typeof value === 'boolean' ? [] : itself);
const date = (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [] : itself);
const integer = (min, max) => (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max ? [] : itself;
/** A share of the traffic, in percent. */
const percent = (value) => (typeof value === 'number' && value >= 0 && value <= 100 ? [] : itself);
const oneOf = (values) => (value) => typeof value === 'string' && values.includes(value) ? [] : itself;
const optional = (check) => (value) => value === undefined ? [] : check(value);
const nullable = (check) => (value) => value === null ? [] : check(value);
/** What one of the two accepts. */
const either = (one, other) => (value) => one(value).length === 0 ? [] : other(value);
const list = (maxLength, check) => (value) => Array.isArray(value) && value.length <= maxLength ? value.flatMap((item, index) => below(`[${index}]`, check(item))) : itself;
/** An object with these fields; what it has besides is somebody else's and ignored. */
const object = (fields) => (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        return itself;
    return Object.entries(fields).flatMap(([name, check]) => below(name, check(value[name])));
};
/** Whatever the given function takes for one of its own. */
const accepted = (isOne) => (value) => isOne(value) ? [] : itself;
/** An object whose other fields depend on what its `kind` says. */
const byKind = (kinds) => (value) => {
    const kind = typeof value === 'object' && value !== null ? value.kind : undefined;
    const check = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return check ? check(value) : ['kind'];
};
const below = (name, paths) => paths.map((path) => (path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`));
//# sourceMappingURL=record-schema.js.map
;// CONCATENATED MODULE: ./build/src/release/record.js



const EMPTY_RECORD = { schema: 1, history: [] };
const PHASES = [
    'starting',
    'holding',
    'promoting',
    'promoted',
    'aborting',
    'aborted',
    'rolling-back',
    'rolled-back',
];
const ENDED = ['promoted', 'aborted', 'rolled-back'];
const STAGES = ['shifted', 'updating-stable', 'returning', 'draining'];
const VERDICTS = ['pass', 'warn', 'fail', 'inconclusive', 'error'];
const MAX_BYTES = 64 * 1024;
const MAX_HISTORY = 10;
/** A release that is over: it holds nothing of stable any more, so nothing is left that a later rollback would give back. */
function ended(release, phase, at) {
    const { stage: _, autoscaler: __, budget: ___, testers: ____, ...rest } = release;
    return { ...rest, phase, endedAt: at };
}
const isOver = ({ phase }) => ENDED.includes(phase);
/** @throws UserError when the record would be larger than an annotation may safely be */
function serializeRecord(record) {
    const json = JSON.stringify(record);
    if (Buffer.byteLength(json) > MAX_BYTES)
        throw new errors/* UserError */.y('The release record would be larger than 64 KiB. Shorten names and image references.');
    return json;
}
/** A new release takes the place of the latest, which moves into the history. */
function withRelease(record, release) {
    const { latest } = record;
    if (latest === undefined || latest.id === release.id)
        return { ...record, latest: release };
    const past = {
        id: latest.id,
        phase: latest.phase,
        image: latest.canary.image,
        previousImage: latest.stable.image,
        runUrl: latest.owner.url,
        startedAt: latest.startedAt,
        endedAt: latest.endedAt ?? latest.startedAt,
    };
    return { schema: 1, latest: release, history: [past, ...record.history].slice(0, MAX_HISTORY) };
}
/**
 * Reads a record that anyone with write access to Leases may have written: nothing in it steers a restore before its shape is checked.
 * @param where names the Lease in messages
 * @throws UserError when it is not a record, or one of a schema that this version does not know
 */
function parseRecord(json, where) {
    const refuse = (what) => new errors/* UserError */.y(`${where} holds no valid release record: ${what}. If nobody needs it, delete the Lease; the next release starts a new one.`);
    let value;
    try {
        value = JSON.parse(json);
    }
    catch (cause) {
        throw new errors/* UserError */.y(refuse('it is not JSON').message, { cause });
    }
    if (!isObject(value))
        throw refuse('it is not an object');
    if (value.schema !== 1) {
        throw new errors/* UserError */.y(`${where} was written by another version of d9-actions (schema ${String(value.schema)}, this one knows 1). Use the version that started the release.`);
    }
    const flaws = recordCheck(value);
    if (flaws.length > 0)
        throw refuse(`${flaws.join(', ')} ${flaws.length === 1 ? 'is' : 'are'} missing or of the wrong type`);
    return value;
}
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const revisionCheck = object({ image: record_schema_text, templateHash: anyText, imageIds: optional(list(100, anyText)) });
const routerCheck = byKind({
    replicas: object({}),
    'http-route': object({
        route: record_schema_text,
        // Weights as the Gateway API allows them (apis/v1/shared_types.go, BackendRef).
        rules: list(64, object({ rule: anyText, weight: nullable(integer(0, 1_000_000)) })),
    }),
});
const nameAndValue = object({ name: record_schema_text, value: anyText });
const podCount = either(integer(0, 100_000), record_schema_text);
const gateCheck = object({
    at: date,
    weight: percent,
    verdict: oneOf(VERDICTS),
    objectives: list(64, object({ name: record_schema_text, state: accepted(state/* isStoredState */.lv) })),
});
const stepCheck = object({
    at: date,
    phase: oneOf(PHASES),
    weight: percent,
    measured: optional(object({ share: percent, low: percent, high: percent, proven: flag })),
    verdict: optional(oneOf(VERDICTS)),
});
const releaseCheck = object({
    id: record_schema_text,
    phase: oneOf(PHASES),
    stage: optional(oneOf(STAGES)),
    owner: object({ repository: record_schema_text, runId: record_schema_text, runAttempt: integer(1, 1_000_000), url: record_schema_text }),
    holdUntil: date,
    deployment: record_schema_text,
    service: record_schema_text,
    container: record_schema_text,
    stable: revisionCheck,
    canary: revisionCheck,
    stableReplicas: integer(0, 100_000),
    router: routerCheck,
    isolationKey: optional(record_schema_text),
    testers: optional(object({ header: optional(nameAndValue), cookie: optional(nameAndValue) })),
    autoscaler: optional(object({ name: record_schema_text, minReplicas: integer(0, 100_000), raisedTo: integer(0, 100_000) })),
    budget: optional(object({ name: record_schema_text, minAvailable: optional(podCount), maxUnavailable: optional(podCount) })),
    manifest: optional(object({ hash: record_schema_text, configMaps: list(50, record_schema_text) })),
    paused: optional(flag),
    irreversible: flag,
    weight: percent,
    startedAt: date,
    endedAt: optional(date),
    reason: optional(anyText),
    gate: optional(gateCheck),
    steps: list(1000, stepCheck),
});
const pastCheck = object({
    id: record_schema_text,
    phase: oneOf(PHASES),
    image: record_schema_text,
    previousImage: record_schema_text,
    runUrl: record_schema_text,
    startedAt: date,
    endedAt: date,
});
const recordCheck = object({ latest: optional(releaseCheck), history: list(MAX_HISTORY, pastCheck) });
//# sourceMappingURL=record.js.map

/***/ }),

/***/ 473:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ settleInFlight)
/* harmony export */ });
/* harmony import */ var _begin_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(578);
/* harmony import */ var _describe_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(174);
/* harmony import */ var _needs_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(474);
/* harmony import */ var _open_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(923);
/* harmony import */ var _put_back_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(637);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(605);
/* harmony import */ var _record_store_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(902);
/* harmony import */ var _survey_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(117);








/**
 * What `post` does after a failed or cancelled job: aborts the release that this run has in flight, and nothing else. Safe to call twice, and by
 * every step of the job.
 */
async function settleInFlight(cluster, options, runtime) {
    const { log, workflowRun, signal } = runtime;
    const { record: { latest }, } = await (0,_record_store_js__WEBPACK_IMPORTED_MODULE_5__/* .readRecord */ .aE)(cluster, options.app, signal);
    if (latest === undefined || (0,_record_js__WEBPACK_IMPORTED_MODULE_4__/* .isOver */ .PU)(latest))
        return log.info('No release is in flight; nothing to undo.');
    if (!(0,_begin_js__WEBPACK_IMPORTED_MODULE_0__/* .owns */ .S4)(workflowRun, latest))
        return log.info(`The release in flight belongs to ${latest.owner.url}; it is left alone.`);
    if (options.onJobFailure === 'hold')
        return log.warning(`${(0,_describe_js__WEBPACK_IMPORTED_MODULE_7__/* .describeState */ .J)(latest)} \`on-job-failure: hold\` leaves it so until ${latest.holdUntil}.`);
    const found = await (0,_survey_js__WEBPACK_IMPORTED_MODULE_6__/* .survey */ .F)(cluster, options, (0,_needs_js__WEBPACK_IMPORTED_MODULE_1__/* .undoNeeds */ .WW)(options.router), signal);
    await (0,_open_js__WEBPACK_IMPORTED_MODULE_2__/* .openRelease */ .gS)(cluster, found, latest.router, options, runtime, async (work) => {
        const current = work.held.record.latest;
        if (current === undefined || (0,_record_js__WEBPACK_IMPORTED_MODULE_4__/* .isOver */ .PU)(current) || current.id !== latest.id)
            return log.info('The release was settled meanwhile.');
        log.info((0,_describe_js__WEBPACK_IMPORTED_MODULE_7__/* .describeState */ .J)(await (0,_put_back_js__WEBPACK_IMPORTED_MODULE_3__/* .putBack */ .p)(work, current, 'the job failed or was cancelled')));
    });
}
//# sourceMappingURL=settle-in-flight.js.map

/***/ }),

/***/ 324:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   DX: () => (/* binding */ runningRevision),
/* harmony export */   FV: () => (/* binding */ recordedTemplate),
/* harmony export */   Nf: () => (/* binding */ pauseAgain),
/* harmony export */   Nk: () => (/* binding */ setStableImage),
/* harmony export */   U6: () => (/* binding */ setStableTemplate),
/* harmony export */   _C: () => (/* binding */ restoreRevision),
/* harmony export */   aF: () => (/* binding */ waitForStableEndpoints),
/* harmony export */   d7: () => (/* binding */ stableTarget),
/* harmony export */   gM: () => (/* binding */ templateHashOf),
/* harmony export */   iV: () => (/* binding */ readStable)
/* harmony export */ });
/* unused harmony exports revisionsOf, revisionNumber */
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(975);
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(537);
/* harmony import */ var _target_kubernetes_edit_object_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(976);
/* harmony import */ var _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(615);
/* harmony import */ var _target_kubernetes_selection_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(494);
/* harmony import */ var _target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(127);
/* harmony import */ var _target_kubernetes_workload_pod_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(639);
/* harmony import */ var _target_kubernetes_workload_rollout_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(27);
/* harmony import */ var _config_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(885);
/* harmony import */ var _work_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(698);










/**
 * What stable runs when a release begins, by its pods: the hash of their template, and the ids of their images.
 * @param deployment one that is not in the middle of a rollout, so that all its pods are of one template
 */
async function runningRevision(access, deployment) {
    const { cluster, held, app } = access;
    const labels = (0,_target_kubernetes_selection_js__WEBPACK_IMPORTED_MODULE_8__/* .matchLabels */ .X)(deployment.spec?.selector.matchLabels ?? {});
    const owner = `${deployment.metadata?.name}-`;
    const pods = (await cluster.list(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_2__/* .POD */ .Sm, { labels }, held.signal)).filter((pod) => (0,_target_kubernetes_workload_pod_js__WEBPACK_IMPORTED_MODULE_4__/* .isReady */ .i_)(pod) && pod.metadata?.ownerReferences?.some(({ kind, name }) => kind === 'ReplicaSet' && name.startsWith(owner)));
    const templateHash = pods[0]?.metadata?.labels?.['pod-template-hash'] ?? (await templateHashOf(access, deployment));
    return { templateHash, imageIds: [...new Set(pods.map((pod) => (0,_target_kubernetes_workload_pod_js__WEBPACK_IMPORTED_MODULE_4__/* .runningImageId */ .cl)(pod, app.container)))] };
}
/** Stable as it should be once it runs `image`. */
const stableTarget = ({ app }, image, written) => ({
    deployment: app.deployment.metadata?.name ?? '',
    labels: app.deployment.spec?.selector.matchLabels ?? {},
    container: app.container,
    image,
    written,
    role: 'stable',
});
async function readStable({ cluster, held, app }) {
    const name = app.deployment.metadata?.name ?? '';
    const deployment = await cluster.read(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_2__/* .DEPLOYMENT */ .uH, name, held.signal);
    if (!deployment)
        throw isGone({ cluster, held, app }, name);
    return deployment;
}
/**
 * Finds the revision to restore among those that stable really had. The record alone must not decide it: whoever may write Leases could name any.
 * @returns its pod template
 * @throws UserError when the recorded revision is gone, or had another image
 */
async function recordedTemplate(access, { stable, container }) {
    const deployment = await readStable(access);
    const revisions = await revisionsOf(access, deployment);
    const recorded = revisions.find(({ metadata }) => metadata?.labels?.['pod-template-hash'] === stable.templateHash);
    const where = `Deployment ${access.cluster.namespace}/${deployment.metadata?.name}`;
    if (!recorded?.spec?.template) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y(`${where} no longer has the revision that is to be restored (${stable.image}, template ${stable.templateHash}): its ReplicaSet was deleted, see revisionHistoryLimit. ` +
            'Run the rollback action with `to-image` to bring the image back all the same.');
    }
    const image = (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_3__/* .imageIn */ .Lp)(recorded.spec.template, container);
    if (image !== stable.image) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y(`The release record names ${stable.image} as the image to restore, but revision ${revisionNumber(recorded)} of ${where} ran ${image}. Somebody changed the record. ` +
            'Check who may write Leases, then name the image yourself with `to-image`.');
    }
    return recorded.spec.template;
}
/**
 * Stable as it was before the release, as far as the release changed it: its image, or what a manifest made of its template and ConfigMaps.
 * @param template of the revision to restore, as `recordedTemplate` found it
 */
async function restoreRevision(access, release, template) {
    if (!release.manifest)
        return setStableImage(access, release, release.stable.image);
    await (0,_config_js__WEBPACK_IMPORTED_MODULE_6__/* .restoreConfig */ .tj)(access, release);
    return setStableTemplate(access, template);
}
/** Ready pods are of no use to a router before they are listed: as many as the release counts on, and no more than there are meant to be. */
const waitForStableEndpoints = (work, { service, stableReplicas }, written) => (0,_target_kubernetes_workload_rollout_js__WEBPACK_IMPORTED_MODULE_5__/* .waitForEndpoints */ .Py)(work.cluster, service, Math.min(stableReplicas, written.spec?.replicas ?? 1), (0,_work_js__WEBPACK_IMPORTED_MODULE_7__/* .waitOf */ .pE)(work));
/** Writes one image of stable's pod template and nothing else, and lets a paused Deployment roll; what is as it should be is not written. */
const setStableImage = (access, { container }, image) => editStable(access, (deployment) => {
    const containers = deployment.spec?.template.spec?.containers ?? [];
    const index = containers.findIndex(({ name }) => name === container);
    if (index === -1)
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y(`Deployment ${deployment.metadata?.name} has no container ${container} any more; somebody changed it during the release.`);
    if (containers[index]?.image === image)
        return [];
    return [{ op: 'replace', path: `/spec/template/spec/containers/${index}/image`, value: image }];
});
/** Puts a whole pod template into stable, as one of its ReplicaSets has it, and lets a paused Deployment roll. */
const setStableTemplate = (access, template) => editStable(access, (deployment) => (0,node_util__WEBPACK_IMPORTED_MODULE_0__.isDeepStrictEqual)(withoutHash(deployment.spec?.template ?? {}), withoutHash(template))
    ? []
    : [{ op: 'replace', path: '/spec/template', value: withoutHash(template) }]);
/** Pauses stable's Deployment, as it was before we let it roll. */
async function pauseAgain(access) {
    const pause = ({ spec }) => spec?.paused ? [] : [{ op: 'add', path: '/spec/paused', value: true }];
    await (0,_target_kubernetes_edit_object_js__WEBPACK_IMPORTED_MODULE_1__/* .editObject */ .s)(access.cluster, _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_2__/* .DEPLOYMENT */ .uH, access.app.deployment.metadata?.name ?? '', pause, access.held.signal);
}
/** A paused Deployment would take a new template and never roll it out. */
async function editStable(access, plan) {
    const name = access.app.deployment.metadata?.name ?? '';
    const edited = await (0,_target_kubernetes_edit_object_js__WEBPACK_IMPORTED_MODULE_1__/* .editObject */ .s)(access.cluster, _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_2__/* .DEPLOYMENT */ .uH, name, (deployment) => [
        ...plan(deployment),
        ...(deployment.spec?.paused ? [{ op: 'add', path: '/spec/paused', value: false }] : []),
    ], access.held.signal);
    if (!edited)
        throw isGone(access, name);
    return edited;
}
const isGone = ({ cluster }, name) => new _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y(`Deployment ${cluster.namespace}/${name} is gone; somebody deleted it during the release.`);
function withoutHash(template) {
    const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
    return { ...template, metadata: { ...template.metadata, labels } };
}
/** The ReplicaSets of stable, newest revision first. */
async function revisionsOf({ cluster, held }, deployment) {
    const selector = (0,_target_kubernetes_selection_js__WEBPACK_IMPORTED_MODULE_8__/* .matchLabels */ .X)(deployment.spec?.selector.matchLabels ?? {});
    const sets = await cluster.list(_target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_2__/* .REPLICA_SET */ .ew, { labels: selector }, held.signal);
    return sets
        .filter(({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === deployment.metadata?.uid))
        .sort((a, b) => revisionNumber(b) - revisionNumber(a));
}
const revisionNumber = ({ metadata }) => Number(metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
/** The hash of the Deployment's present pod template, as its controller gave it to the newest ReplicaSet. */
async function templateHashOf(access, deployment) {
    const [newest] = await revisionsOf(access, deployment);
    return newest?.metadata?.labels?.['pod-template-hash'] ?? '';
}
//# sourceMappingURL=stable.js.map

/***/ }),

/***/ 117:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ survey)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(537);
/* harmony import */ var _target_kubernetes_cluster_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(334);
/* harmony import */ var _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(615);
/* harmony import */ var _target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(984);
/* harmony import */ var _target_kubernetes_routers_find_http_route_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(543);
/* harmony import */ var _target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(127);
/* harmony import */ var _target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(51);
/* harmony import */ var _needs_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(474);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(605);
/* harmony import */ var _record_store_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(902);










/**
 * Reads the app, its route, its record and the permissions at once.
 * @throws UserError with everything that is missing, unfit or not allowed; nothing has been changed by then
 */
async function survey(cluster, request, needed, signal) {
    const problems = new _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .Problems */ .Z();
    const permissions = (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_2__/* .checkPermissions */ .RS)(cluster, needed, problems, signal);
    // Whoever only looks at pods needs no route, and may not have the right to read one.
    const readsRoutes = request.router !== 'replicas' && needed.some(({ resource }) => resource === _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .HTTP_ROUTE */ .HU.plural);
    const gather = (read) => gatherReadable(problems, permissions, read);
    const [read, routes, seen] = await Promise.all([
        gather(() => (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_4__/* .readApp */ .uW)(cluster, request, problems, signal)),
        gather(() => (readsRoutes ? (0,_target_kubernetes_routers_find_http_route_js__WEBPACK_IMPORTED_MODULE_3__/* .listHttpRoutes */ .dj)(cluster, signal) : Promise.resolve([]))),
        gather(() => (0,_record_store_js__WEBPACK_IMPORTED_MODULE_8__/* .readRecord */ .aE)(cluster, request.app, signal)),
        problems.gather(() => permissions),
    ]);
    const route = readsRoutes && routes && seen ? await problems.gather(() => chooseRoute(cluster, routes, request, seen.record)) : undefined;
    const app = read?.app && withRecordedIsolation(read.app, seen?.record.latest);
    if (app && !problems.texts.length)
        await problems.gather(() => refuseUnsplittable(app, route));
    if (seen?.record.latest?.manifest && !needed.some(({ resource }) => resource === _target_kubernetes_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .CONFIG_MAP */ .K5.plural) && mayWrite(needed))
        await (0,_target_kubernetes_permissions_js__WEBPACK_IMPORTED_MODULE_2__/* .checkPermissions */ .RS)(cluster, _needs_js__WEBPACK_IMPORTED_MODULE_6__/* .manifestNeeds */ .XZ, problems, signal);
    problems.throwIfAny();
    if (!app || !read || !seen || !routes)
        throw new Error('the survey found neither an app nor a problem');
    return { app, services: read.services, route, routes, ...seen };
}
/** Whoever puts a release with a manifest back has its ConfigMaps to put back too. */
const mayWrite = (needed) => needed.some(({ verbs }) => verbs.includes('patch'));
/** The canary of a release in flight is told apart as it was when it began. */
const withRecordedIsolation = (app, latest) => latest?.isolationKey !== undefined && !(0,_record_js__WEBPACK_IMPORTED_MODULE_7__/* .isOver */ .PU)(latest) ? { ...app, isolationKey: latest.isolationKey } : app;
/** What would otherwise fail in the middle of a release: labels that can't be told apart, weights that can't be divided. */
function refuseUnsplittable(app, route) {
    (0,_target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_5__/* .ownLabels */ .ct)(app, route ? 'isolated' : 'shared');
    if (route)
        (0,_target_kubernetes_routers_find_http_route_js__WEBPACK_IMPORTED_MODULE_3__/* .refuseIndivisible */ .zx)(route, (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_4__/* .backendsOf */ .dc)(app));
}
/** A read that is forbidden is reported once, as the rule to add, and not again as the refusal that follows from it. */
async function gatherReadable(problems, permissions, read) {
    return problems.gather(async () => {
        try {
            return await read();
        }
        catch (error) {
            if (!(error instanceof _target_kubernetes_cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h) || error.status !== 403)
                throw error;
            await permissions;
            if (problems.texts.length === 0)
                problems.add(`The API server refuses to be read: ${error.message}`);
            return undefined;
        }
    });
}
/** A release in flight keeps to the route that it began with, also for whoever puts it back without naming it. */
function chooseRoute({ namespace }, routes, request, { latest }) {
    const service = request.service ?? request.app;
    const recorded = latest && !(0,_record_js__WEBPACK_IMPORTED_MODULE_7__/* .isOver */ .PU)(latest) && latest.router.kind === 'http-route' ? latest.router.route : undefined;
    if (recorded !== undefined && request.route === undefined)
        return routes.find(({ metadata }) => metadata?.name === recorded);
    const route = (0,_target_kubernetes_routers_find_http_route_js__WEBPACK_IMPORTED_MODULE_3__/* .chooseHttpRoute */ .Jw)(routes, request.route, service, namespace);
    if (!route && request.router === 'http-route') {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y(`No HTTPRoute in namespace ${namespace} sends traffic to Service ${service}. Create one, or use \`router: replicas\`.`);
    }
    return route;
}
//# sourceMappingURL=survey.js.map

/***/ }),

/***/ 698:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A3: () => (/* binding */ canaryTarget),
/* harmony export */   G9: () => (/* binding */ settle),
/* harmony export */   iP: () => (/* binding */ announce),
/* harmony export */   p$: () => (/* binding */ withStep),
/* harmony export */   pE: () => (/* binding */ waitOf),
/* harmony export */   tB: () => (/* binding */ now)
/* harmony export */ });
/* harmony import */ var _target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(127);
/* harmony import */ var _target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(51);


/** Writes the release with what is about to change; the effect comes after. */
async function announce(work, release, changes) {
    const next = { ...release, ...changes };
    await work.held.write(next);
    return next;
}
/** Adds a step that is done to the release's list. */
function withStep(work, release, proof) {
    const step = {
        at: now(work),
        phase: release.phase,
        weight: release.weight,
        ...(proof?.share !== undefined && { measured: measuredShare(proof, proof.share) }),
    };
    return { steps: [...release.steps, step] };
}
function measuredShare({ low, high, state }, share) {
    const rounded = (percent) => Number(percent.toFixed(2));
    return { share: rounded(share), low: rounded(low), high: rounded(high), proven: state === 'proven' };
}
const now = ({ clock }) => new Date(clock.now()).toISOString();
const waitOf = ({ clock, log, held, startTimeoutMs }) => ({
    clock,
    log,
    signal: held.signal,
    timeoutMs: startTimeoutMs,
});
const canaryTarget = ({ app, router }, release) => ({
    deployment: (0,_target_kubernetes_workload_app_js__WEBPACK_IMPORTED_MODULE_0__/* .canaryName */ .mh)(app.name),
    labels: (0,_target_kubernetes_workload_canary_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .canarySelector */ .sH)(app, router.isolation),
    container: release.container,
    image: release.canary.image,
    role: 'canary',
});
/** Waits until the slowest proxy has surely acted on the last change of endpoints or weights. */
async function settle({ clock, log, held, router }) {
    log.debug(`waiting ${router.settleMs} ms for the proxies to settle`);
    await clock.sleep(router.settleMs, held.signal);
}
//# sourceMappingURL=work.js.map

/***/ }),

/***/ 784:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Jk: () => (/* binding */ RATIOS),
/* harmony export */   UD: () => (/* binding */ compare),
/* harmony export */   jL: () => (/* binding */ lnSumExp),
/* harmony export */   qe: () => (/* binding */ lnRelativeGain),
/* harmony export */   yb: () => (/* binding */ lnRelativeEvidence),
/* harmony export */   z_: () => (/* binding */ nothingCompared)
/* harmony export */ });
/** How many times as often as stable the canary may fail: the alternatives that the evidence is mixed over, evenly spaced in their logarithm. */
const RATIOS = Array.from({ length: 16 }, (_, i) => 1.5 * (1000 / 1.5) ** (i / 15));
/**
 * What each ratio is believed in before anything is seen; adds up to 1. Three quarters lie around 80-fold (a broken version beside one that
 * fails in one request of a thousand), one quarter is spread evenly. Any weights keep the error bound; these found bad canaries soonest
 * over 2–100 % bad in simulation.
 */
const LN_WEIGHTS = (() => {
    const around80 = RATIOS.map((ratio) => Math.exp(-0.5 * (Math.log(ratio / 80) / 1.1) ** 2));
    const sum = around80.reduce((total, weight) => total + weight);
    return around80.map((weight) => Math.log((0.75 * weight) / sum + 0.25 / RATIOS.length));
})();
/** ln of the likelihood ratio of each alternative, before anything was seen. */
const nothingCompared = RATIOS.map(() => 0);
/**
 * Adds one look to the likelihood ratios. It conditions on the bad requests: if the canary fails no more often than stable, each of them
 * is the canary's with probability s₀ = n_c / (n_c + n_s) at most; if it fails r times as often, with s = r·n_c / (r·n_c + n_s):
 *
 *     ln += bad_c · ln(s/s₀) + bad_s · ln((1−s)/(1−s₀))
 *
 * Shares of traffic and rates of errors may differ from look to look (M. Lindon, A. Malek, NeurIPS 2022). A look without requests on
 * either side says nothing.
 * @param lnByRatio as `nothingCompared` or this function gave it
 */
function compare(lnByRatio, { canary, stable }) {
    const [canaryTotal, stableTotal] = [canary.good + canary.bad, stable.good + stable.bad];
    if (!(canaryTotal > 0 && stableTotal > 0) || canary.bad + stable.bad === 0)
        return lnByRatio;
    // Shares, so that no product of two large counts overflows.
    const canaryShare = canaryTotal / (canaryTotal + stableTotal);
    const stableShare = stableTotal / (canaryTotal + stableTotal);
    return lnByRatio.map((ln, j) => {
        const ratio = RATIOS[j] ?? 1;
        const lnStable = -Math.log(ratio * canaryShare + stableShare); // ln((1−s)/(1−s₀))
        return ln + canary.bad * (Math.log(ratio) + lnStable) + stable.bad * lnStable;
    });
}
/** ln of the e-value against "the canary fails no more often than stable": the likelihood ratios, mixed. Starts at 0. */
const lnRelativeEvidence = (lnByRatio) => lnSumExp(lnByRatio.map((ln, j) => ln + (LN_WEIGHTS[j] ?? Number.NEGATIVE_INFINITY)));
/** How much likelier what was seen is if the canary fails more often than stable than if it does not; a natural logarithm, at least 0. */
const lnRelativeGain = (lnByRatio) => Math.max(0, ...lnByRatio);
/** ln Σ exp(x), without overflow. */
function lnSumExp(values) {
    const highest = Math.max(...values);
    if (!Number.isFinite(highest))
        return highest;
    return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
//# sourceMappingURL=relative.js.map

/***/ }),

/***/ 35:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   CS: () => (/* binding */ parseJudgeState),
/* harmony export */   lv: () => (/* binding */ isStoredState),
/* harmony export */   n2: () => (/* binding */ noEvidence),
/* harmony export */   n_: () => (/* binding */ forNextStep),
/* harmony export */   tu: () => (/* binding */ addPoll)
/* harmony export */ });
/* harmony import */ var _relative_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(784);

const VERSION = 2;
/** More than any counter counts; beyond it nothing changes, and no sum or product of counts runs out of numbers. */
const MOST = 1e15;
/** A part of a request so small that it says nothing. */
const NOTHING = 1e-9;
const none = { good: 0, bad: 0 };
const noEvidence = {
    version: VERSION,
    good: 0,
    bad: 0,
    pollsWithBad: 0,
    forPass: none,
    failed: null,
    beside: null,
};
const nothingBeside = {
    ...none,
    lnByRatio: _relative_js__WEBPACK_IMPORTED_MODULE_0__/* .nothingCompared */ .z_,
    matched: 0,
    expectedBad: 0,
    spread: 0,
    waiting: { canary: 0, stable: none },
};
/**
 * Adds what one look saw.
 * @throws RangeError when a count is negative or not finite
 */
function addPoll(state, poll) {
    const canary = checked(poll.canary, 'canary');
    const stable = poll.stable && checked(poll.stable, 'stable');
    return {
        version: VERSION,
        good: Math.min(state.good + canary.good, MOST),
        bad: Math.min(state.bad + canary.bad, MOST),
        pollsWithBad: state.pollsWithBad + (canary.bad > 0 ? 1 : 0),
        forPass: sum(state.forPass, canary),
        failed: state.failed,
        beside: stable ? addBeside(state.beside ?? nothingBeside, canary, stable) : state.beside,
    };
}
/**
 * The state that the next step goes on from. What speaks for a fail always goes on, so that α holds for the whole release. A pass has to be
 * earned again after one that was given, and at each weight: what was good at 10 % may not be under the load of 50 %.
 */
const forNextStep = (state, { sameWeight, passed }) => sameWeight && !passed ? state : { ...state, forPass: none };
/** @returns the state if it is one of this version, else undefined; whoever may write where it was stored may have written it */
function parseJudgeState(value) {
    if (!isObject(value) || value.version !== VERSION)
        return undefined;
    const known = areCounts(value) &&
        isCount(value.pollsWithBad) &&
        areCounts(value.forPass) &&
        (value.failed === null || value.failed === 'above-max' || value.failed === 'worse-than-stable') &&
        (value.beside === null || isBeside(value.beside));
    return known ? value : undefined;
}
/** Whether it is a state of this version, or of another one that must not keep a record from being read. */
const isStoredState = (value) => isObject(value) && (value.version === VERSION ? parseJudgeState(value) !== undefined : Number.isInteger(value.version));
/**
 * Direct standardisation: of the canary's requests in this look as many would have been bad as stable's share of bad ones says. Looks in
 * which one side had no request wait for the next that has some.
 */
function addBeside(beside, canary, stable) {
    const waitingCanary = beside.waiting.canary + canary.good + canary.bad;
    const waitingStable = sum(beside.waiting.stable, stable);
    const stableTotal = waitingStable.good + waitingStable.bad;
    const isMatched = waitingCanary >= NOTHING && stableTotal >= NOTHING;
    const perStable = isMatched ? waitingCanary / stableTotal : 0;
    return {
        good: Math.min(beside.good + stable.good, MOST),
        bad: Math.min(beside.bad + stable.bad, MOST),
        lnByRatio: (0,_relative_js__WEBPACK_IMPORTED_MODULE_0__/* .compare */ .UD)(beside.lnByRatio, { canary, stable }),
        matched: beside.matched + (isMatched ? waitingCanary : 0),
        expectedBad: beside.expectedBad + waitingStable.bad * perStable,
        spread: beside.spread + waitingCanary * perStable,
        waiting: isMatched ? nothingBeside.waiting : { canary: waitingCanary, stable: waitingStable },
    };
}
const sum = (a, b) => ({ good: Math.min(a.good + b.good, MOST), bad: Math.min(a.bad + b.bad, MOST) });
function checked({ good, bad }, side) {
    if (isCount(good) && isCount(bad))
        return { good: Math.min(good, MOST), bad: Math.min(bad, MOST) };
    throw new RangeError(`counts of ${side} must be finite and not negative, got ${good} good and ${bad} bad`);
}
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount = (value) => isNumber(value) && value >= 0;
const areCounts = (value) => isObject(value) && isCount(value.good) && isCount(value.bad);
const isBeside = (value) => areCounts(value) &&
    isObject(value) &&
    Array.isArray(value.lnByRatio) &&
    value.lnByRatio.length === _relative_js__WEBPACK_IMPORTED_MODULE_0__/* .RATIOS */ .Jk.length &&
    value.lnByRatio.every(isNumber) &&
    isCount(value.matched) &&
    isCount(value.expectedBad) &&
    isCount(value.spread) &&
    isObject(value.waiting) &&
    isCount(value.waiting.canary) &&
    areCounts(value.waiting.stable);
//# sourceMappingURL=state.js.map

/***/ }),

/***/ 215:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   l9: () => (/* binding */ formatPercent),
/* harmony export */   lo: () => (/* binding */ parsePercent),
/* harmony export */   zO: () => (/* binding */ fraction)
/* harmony export */ });
/**
 * Reads a share as slo.yml has it: `0.1%`, `99.9 %`.
 * @returns a fraction, 0–1
 * @throws RangeError when it is no percentage; a bare number is refused, because 0.1 could be either
 */
function parsePercent(text) {
    const [, digits] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
    if (digits === undefined)
        throw new RangeError(`"${text}" is not a percentage; write a number and the sign, such as 0.1%`);
    if (Number(digits) > 100)
        throw new RangeError(`"${text}" is more than 100%`);
    return fraction(Number(digits) / 100);
}
/** Takes the noise of binary fractions off, so that 1 − 99.9 % is 0.001 and not 0.0010000000000000009. */
const fraction = (value) => Number(value.toPrecision(12));
/** Writes a fraction for a reader, with three digits: `0.1 %`, `12.3 %`. */
const formatPercent = (share) => `${Number((share * 100).toPrecision(3))} %`;
//# sourceMappingURL=percent.js.map

/***/ }),

/***/ 525:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ parseSelector),
/* harmony export */   z: () => (/* binding */ labelsMatch)
/* harmony export */ });
/** Metric names, as Prometheus allows them without quotes. */
const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const OPERATOR = /^(?:=~|!~|!=|=)/;
const STRING = /^(?:"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/;
const ESCAPES = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };
/**
 * Reads a series selector of PromQL: a metric name and, in braces, label matchers.
 * @throws RangeError saying where the text stops being a selector and what is allowed there
 */
function parseSelector(text) {
    const source = text.trim();
    const [metric] = METRIC.exec(source) ?? [];
    if (metric === undefined)
        throw new RangeError(`"${text}" does not begin with a metric name, such as http_requests_total`);
    let rest = source.slice(metric.length).trimStart();
    if (rest === '')
        return { metric, matchers: [], text: source };
    if (!rest.startsWith('{')) {
        throw new RangeError(`"${text}" is more than a selector: after ${metric} only {label="value", …} may follow; rates and sums are worked out by the gate`);
    }
    const matchers = [];
    rest = rest.slice(1).trimStart();
    while (!rest.startsWith('}')) {
        const { matcher, after } = readMatcher(rest, text);
        matchers.push(matcher);
        rest = after.trimStart();
        if (rest.startsWith(','))
            rest = rest.slice(1).trimStart();
        else if (!rest.startsWith('}'))
            throw new RangeError(`"${text}" lacks a comma or a closing brace after label ${matcher.label}`);
    }
    if (rest !== '}')
        throw new RangeError(`"${text}" goes on after the closing brace; only metric{label="value"} is allowed`);
    return { metric, matchers, text: source };
}
function readMatcher(source, whole) {
    const [label] = LABEL.exec(source) ?? [];
    if (label === undefined)
        throw new RangeError(`"${whole}" lacks a label name before "${source.slice(0, 10)}"`);
    if (label === '__name__')
        throw new RangeError(`"${whole}" may not match __name__; write the metric's name before the brace`);
    const afterLabel = source.slice(label.length).trimStart();
    const [operator] = OPERATOR.exec(afterLabel) ?? [];
    if (operator === undefined)
        throw new RangeError(`"${whole}" needs =, !=, =~ or !~ after label ${label}`);
    const afterOperator = afterLabel.slice(operator.length).trimStart();
    const [literal] = STRING.exec(afterOperator) ?? [];
    if (literal === undefined)
        throw new RangeError(`"${whole}" needs a quoted value after ${label}${operator}`);
    const matcher = { label, operator: operator, value: unquote(literal, whole) };
    if (operator === '=~' || operator === '!~')
        regexOf(matcher);
    return { matcher, after: afterOperator.slice(literal.length) };
}
function unquote(literal, whole) {
    return literal.slice(1, -1).replace(/\\([\s\S])/g, (_, escaped) => {
        const character = ESCAPES[escaped];
        if (character === undefined)
            throw new RangeError(`"${whole}" has the unknown escape \\${escaped}; write a backslash as \\\\`);
        return character;
    });
}
const compiled = new WeakMap();
/** Prometheus anchors at both ends and lets the dot match line ends. `u` refuses what JavaScript would read otherwise than RE2 (`\A`, `[[:alpha:]]`). */
function regexOf(matcher) {
    const known = compiled.get(matcher);
    if (known)
        return known;
    try {
        const regex = new RegExp(`^(?:${matcher.value})$`, 'us');
        compiled.set(matcher, regex);
        return regex;
    }
    catch (cause) {
        throw new RangeError(`"${matcher.value}" is not a regular expression that can be honoured: ${cause.message}`, {
            cause,
        });
    }
}
/** Whether a series with these labels is selected; a label that the series lacks counts as empty, as in Prometheus. The metric's name is not looked at. */
const labelsMatch = (matchers, labels) => matchers.every((matcher) => valueMatches(matcher, labels.get(matcher.label) ?? ''));
function valueMatches(matcher, value) {
    switch (matcher.operator) {
        case '=':
            return value === matcher.value;
        case '!=':
            return value !== matcher.value;
        case '=~':
            return regexOf(matcher).test(value);
        case '!~':
            return !regexOf(matcher).test(value);
    }
}
//# sourceMappingURL=selector.js.map

/***/ }),

/***/ 799:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ within)
/* harmony export */ });
/* harmony import */ var _lib_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(81);

/**
 * Gives `work` a limited time; then its signal is aborted, and it is left behind whether it listens or not.
 * @throws Error `no answer within …` when the time is over; the signal's reason when the caller aborts; else what `work` throws
 */
async function within(ms, clock, signal, work) {
    const over = new AbortController();
    const ended = new AbortController();
    const timer = clock.sleep(ms, AbortSignal.any([signal, ended.signal])).then(() => {
        throw new Error(`no answer within ${(0,_lib_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(ms)}`);
    });
    try {
        return await Promise.race([work(AbortSignal.any([signal, over.signal])), timer]);
    }
    finally {
        // The loser of the race must neither stay asleep nor be reported as an unhandled rejection.
        timer.catch(() => undefined);
        ended.abort();
        over.abort();
    }
}
//# sourceMappingURL=within.js.map

/***/ }),

/***/ 447:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   pb: () => (/* binding */ apiError),
/* harmony export */   rk: () => (/* binding */ readStatus),
/* harmony export */   yZ: () => (/* binding */ watchError)
/* harmony export */ });
/* harmony import */ var _cluster_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(334);

/** Names for answers that carry no reason of their own, as a proxy or load balancer in front gives them. */
const REASONS = {
    400: 'BadRequest',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    409: 'Conflict',
    410: 'Expired',
    422: 'Invalid',
    429: 'TooManyRequests',
    500: 'InternalError',
    502: 'BadGateway',
    503: 'ServiceUnavailable',
    504: 'Timeout',
};
/** What the API server says about a request that it did not carry out. */
function apiError(request, { status, body }) {
    const said = readStatus(body);
    const reason = typeof said?.reason === 'string' && said.reason !== '' ? said.reason : (REASONS[status] ?? 'Unknown');
    const message = typeof said?.message === 'string' && said.message !== '' ? said.message : body.trim().slice(0, 300);
    return new _cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h(status, reason, `${request}: ${message || `HTTP ${status}`} (${status} ${reason})`);
}
/** The error in a watch's ERROR event, whose object is a Status. */
function watchError(request, object) {
    const { code } = (object ?? {});
    return apiError(request, { status: typeof code === 'number' ? code : 500, body: JSON.stringify(object ?? {}) });
}
/** @returns the Status in a body, or undefined when the body is something else */
function readStatus(body) {
    try {
        const value = JSON.parse(body);
        return value?.kind === 'Status' ? value : undefined;
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=api-status.js.map

/***/ }),

/***/ 334:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ ApiError),
/* harmony export */   j: () => (/* binding */ DeadlineError)
/* harmony export */ });
/** The API server said no; `reason` and `message` are its own words (metav1.Status). */
class ApiError extends Error {
    name = 'ApiError';
    status;
    reason;
    constructor(status, reason, message, options) {
        super(message, options);
        this.status = status;
        this.reason = reason;
    }
}
/** A wait took longer than it may. */
class DeadlineError extends Error {
    name = 'DeadlineError';
}
//# sourceMappingURL=cluster.js.map

/***/ }),

/***/ 246:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect)
});

;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
;// CONCATENATED MODULE: ./build/src/http/failure.js
/** A request that got no complete answer. */
class TransportFailure extends Error {
    name = 'TransportFailure';
    kind;
    /** Whether the server may have got the request and acted on it. */
    maybeProcessed;
    /** Node's own code: ECONNRESET, CERT_HAS_EXPIRED, … */
    code;
    constructor(kind, code, maybeProcessed, message, options) {
        super(message, options);
        this.kind = kind;
        this.code = code;
        this.maybeProcessed = maybeProcessed;
    }
}
/** @param connected whether the connection was ready, so that the request went out */
function classify(error, connected) {
    const code = error.code ?? 'UNKNOWN';
    const kind = kindOf(code, error.message, connected);
    return new TransportFailure(kind, code, connected, `${plainWords(kind, code, connected)} (${code}${detail(kind, error)})`, {
        cause: error,
    });
}
/** @param timeoutMs how long was waited */
const timedOut = (timeoutMs, connected) => new TransportFailure('timeout', 'ETIMEDOUT', connected, connected ? `no answer within ${timeoutMs / 1000} s` : `no connection within ${timeoutMs / 1000} s`);
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;
function kindOf(code, message, connected) {
    if (code === 'ENOTFOUND')
        return 'name';
    if (code.startsWith('ERR_PROXY'))
        return 'proxy';
    if (TLS_CODE.test(code))
        return 'tls';
    // A server that hangs up during the handshake, such as one that speaks plain HTTP.
    if (/before secure TLS connection/.test(message))
        return 'connect';
    return connected ? 'reset' : 'connect';
}
function plainWords(kind, code, connected) {
    if (kind === 'name')
        return 'its name is not known';
    if (kind === 'proxy')
        return 'the proxy did not let the request through';
    if (kind === 'tls')
        return tlsWords(code);
    if (code === 'ECONNREFUSED')
        return 'nothing listens there';
    return connected ? 'the connection broke' : 'no connection';
}
function tlsWords(code) {
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
        return 'its certificate is for another name';
    if (code === 'CERT_HAS_EXPIRED')
        return 'its certificate has expired';
    if (/SELF_SIGNED|UNABLE_TO/.test(code))
        return 'its certificate is not signed by a certificate authority that is trusted here';
    return 'the TLS handshake failed';
}
const detail = (kind, error) => kind === 'tls' && /ALTNAME|ERR_SSL|EPROTO/.test(error.code ?? '')
    ? `: ${firstLine(error.message)}`
    : '';
const firstLine = (text) => text.split('\n')[0]?.slice(0, 200) ?? '';
//# sourceMappingURL=failure.js.map
;// CONCATENATED MODULE: ./build/src/http/user-agent.js
/** Shown in the API server's audit log. A test keeps it equal to the version in package.json, which bundles don't carry. */
const USER_AGENT = 'd9-actions/0.1.0';
//# sourceMappingURL=user-agent.js.map
;// CONCATENATED MODULE: ./build/src/http/connection.js



/** Idle connections are closed before a load balancer in between does (60 s is usual), so that no request meets a dead one. */
const IDLE_MS = 30_000;
/** Sends requests over one pool of kept-alive connections. Knows nothing of who answers. */
class Connection {
    #url;
    #request;
    #base;
    constructor(server) {
        this.#url = server.url;
        const secure = server.url.protocol === 'https:';
        // `import 'node:http'` would load fetch and WebSocket too: 30 ms of start-up for a server that almost nobody has.
        const { Agent, request } = secure ? external_node_https_namespaceObject : process.getBuiltinModule('node:http');
        this.#request = request;
        const agent = new Agent({
            keepAlive: true,
            maxSockets: 20,
            timeout: IDLE_MS,
            ...(server.proxy ? { proxyEnv: secure ? { HTTPS_PROXY: server.proxy } : { HTTP_PROXY: server.proxy } } : {}),
            ...(server.certificateAuthority ? { ca: server.certificateAuthority } : {}),
            ...(server.tlsServerName ? { servername: server.tlsServerName } : {}),
            ...(server.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
        });
        this.#base = {
            agent,
            hostname: server.url.hostname.replace(/^\[|\]$/g, ''),
            port: server.url.port || (secure ? 443 : 80),
        };
    }
    /**
     * One request and its whole answer, whatever its status.
     * @throws TransportFailure without a complete answer; the signal's reason when aborted
     */
    exchange(request, authorization, signal) {
        return new Promise((resolve, reject) => {
            const attempt = new Attempt(this.#start(request, authorization), request.timeoutMs, signal, reject);
            attempt.onResponse((response) => {
                const chunks = [];
                response.on('data', (chunk) => chunks.push(chunk));
                response.on('end', () => {
                    // A body that stops short of its length ends with an error, not here.
                    attempt.settle();
                    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
                });
            });
            attempt.send(request.body);
        });
    }
    /**
     * One request whose answer is read piece by piece; resolves with its head. The caller ends it by `destroy()`.
     * @throws TransportFailure without an answer; the signal's reason when aborted
     */
    open(request, authorization, signal) {
        return new Promise((resolve, reject) => {
            const attempt = new Attempt(this.#start(request, authorization), request.timeoutMs, signal, reject);
            attempt.onResponse((response) => {
                attempt.settle();
                resolve(response);
            });
            attempt.send(request.body);
        });
    }
    #start(request, authorization) {
        const { body, contentType } = request;
        return this.#request({
            ...this.#base,
            ...authorization.clientCertificate,
            method: request.method,
            path: this.#url.pathname.replace(/\/$/, '') + request.path,
            headers: {
                accept: 'application/json',
                'user-agent': USER_AGENT,
                ...(body === undefined
                    ? {}
                    : {
                        'content-type': contentType ?? 'application/json',
                        'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
                    }),
                ...authorization.headers,
            },
        });
    }
}
/** One request in the air: fails it on error, deadline or abort, whichever is first, and leaves no listener behind. */
class Attempt {
    #request;
    #signal;
    #reject;
    #timer;
    #connected = false;
    #settled = false;
    constructor(request, timeoutMs, signal, reject) {
        this.#request = request;
        this.#signal = signal;
        this.#reject = reject;
        this.#timer = setTimeout(() => this.#fail(timedOut(timeoutMs, this.#connected)), timeoutMs);
        signal.addEventListener('abort', this.#abort);
        request.on('error', this.#broken);
        request.on('socket', (socket) => {
            if (!socket.connecting && !socket.secureConnecting)
                this.#markConnected();
            else
                socket.once('encrypted' in socket ? 'secureConnect' : 'connect', this.#markConnected);
        });
    }
    onResponse(take) {
        this.#request.on('response', (response) => {
            // Without a listener a connection that breaks later would end the process; a settled attempt ignores it.
            response.on('error', this.#broken);
            take(response);
        });
    }
    send(body) {
        if (this.#signal.aborted)
            this.#abort();
        else if (typeof body === 'object')
            this.#stream(body);
        else
            this.#request.end(body);
    }
    #stream(body) {
        const bytes = body.open();
        bytes.on('error', (error) => this.#fail(error));
        this.#request.on('close', () => bytes.destroy());
        bytes.pipe(this.#request);
    }
    /** The attempt is over for good; what happens to the connection from here on is for the caller. */
    settle() {
        this.#settled = true;
        clearTimeout(this.#timer);
        this.#signal.removeEventListener('abort', this.#abort);
    }
    #markConnected = () => {
        this.#connected = true;
    };
    #abort = () => this.#fail(this.#signal.reason);
    #broken = (error) => this.#fail(classify(error, this.#connected));
    #fail(reason) {
        if (this.#settled)
            return;
        this.settle();
        this.#request.destroy();
        this.#reject(reason);
    }
}
//# sourceMappingURL=connection.js.map
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
;// CONCATENATED MODULE: ./build/src/http/proxy.js


/**
 * The proxy for a server, as kubectl chooses it: the kubeconfig's `proxy-url`, else HTTPS_PROXY (HTTP_PROXY for an http:// server) unless NO_PROXY
 * covers the host. Rules of NO_PROXY from golang.org/x/net/http/httpproxy: names with their subdomains, `.suffix`, `host:port`, addresses, CIDR, `*`;
 * the own machine is never proxied.
 * @throws UserError when the proxy can't be used
 */
function chooseProxy(server, proxyUrl, variables) {
    if (proxyUrl !== undefined)
        return checked(proxyUrl, 'proxy-url of the kubeconfig');
    const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    const proxy = variables[name] || variables[name.toLowerCase()];
    if (!proxy || isExempt(server, variables.NO_PROXY || variables.no_proxy || ''))
        return undefined;
    return checked(proxy.includes('://') ? proxy : `http://${proxy}`, name);
}
function checked(url, where) {
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))
        return url;
    // The URL itself may hold a password.
    throw new errors/* UserError */.y(`The ${where} must be a URL that starts with http:// or https://; SOCKS is not supported.`);
}
function isExempt(server, noProxy) {
    const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const port = server.port || (server.protocol === 'https:' ? '443' : '80');
    const loopback = host === 'localhost' || host === '::1' || ((0,external_node_net_namespaceObject.isIP)(host) === 4 && host.startsWith('127.'));
    if (loopback)
        return true;
    const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
    return entries.some((entry) => entry !== '' && covers(entry, host, port));
}
function covers(entry, host, port) {
    if (entry === '*')
        return true;
    if (entry.includes('/'))
        return isInNetwork(entry, host);
    const [name = '', entryPort] = (0,external_node_net_namespaceObject.isIP)(entry) === 6 ? [entry] : entry.split(':');
    if (entryPort !== undefined && entryPort !== port)
        return false;
    const bare = name.replace(/^\*?\./, '');
    return host.endsWith(`.${bare}`) || (host === bare && !name.startsWith('.') && !name.startsWith('*.'));
}
function isInNetwork(cidr, host) {
    const [network = '', bits = ''] = cidr.split('/');
    const version = (0,external_node_net_namespaceObject.isIP)(network);
    if (version === 0 || version !== (0,external_node_net_namespaceObject.isIP)(host) || !/^\d+$/.test(bits))
        return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (Number(bits) > (version === 4 ? 32 : 128))
        return false;
    const list = new external_node_net_namespaceObject.BlockList();
    list.addSubnet(network, Number(bits), family);
    return list.check(host, family);
}
//# sourceMappingURL=proxy.js.map
;// CONCATENATED MODULE: ./build/src/http/retry.js

const LIMITS = { attempts: 5, elapsedMs: 30_000, firstDelayMs: 250, longestDelayMs: 8_000 };
/** Sends until there is an answer worth returning: every status that a retry can't mend, and the last one that it didn't. */
async function withRetries(send, safety, effects, signal, limits = LIMITS) {
    const started = effects.clock.now();
    for (let attempt = 1;; attempt++) {
        const outcome = await send().catch((error) => {
            if (error instanceof TransportFailure)
                return error;
            throw error;
        });
        const delayMs = retryDelay(outcome, safety, attempt, effects, limits);
        if (delayMs === undefined || effects.clock.now() - started + delayMs > limits.elapsedMs) {
            if (outcome instanceof TransportFailure)
                throw outcome;
            return outcome;
        }
        effects.onRetry(outcome instanceof TransportFailure ? outcome.message : `HTTP ${outcome.status}`, delayMs);
        await effects.clock.sleep(delayMs, signal);
    }
}
/** @returns milliseconds to wait before the next attempt, or undefined when there should be none */
function retryDelay(outcome, safety, attempt, { random, clock }, limits = LIMITS) {
    if (attempt >= limits.attempts || !mayRetry(outcome, safety))
        return undefined;
    const asked = outcome instanceof TransportFailure ? undefined : retryAfterMs(outcome, clock.now());
    // A little jitter on top of what the server asked for, so that its clients don't all come back in the same instant.
    return asked === undefined ? backOff(attempt, random, limits) : asked + random() * limits.firstDelayMs;
}
/** Exponential back-off with full jitter: uniform between 0 and a limit that doubles with each attempt. */
const backOff = (attempt, random, { firstDelayMs, longestDelayMs } = LIMITS) => random() * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
function mayRetry(outcome, safety) {
    if (safety === 'never')
        return false;
    if (outcome instanceof TransportFailure) {
        if (outcome.kind === 'name' || outcome.kind === 'tls' || outcome.kind === 'proxy')
            return false;
        return safety === 'idempotent' || !outcome.maybeProcessed;
    }
    // 429 is said before the request is looked at (API priority and fairness); a 5xx may come after it took effect.
    if (outcome.status === 429)
        return true;
    return safety === 'idempotent' && [408, 500, 502, 503, 504].includes(outcome.status);
}
/** Retry-After in seconds or as a date (RFC 9110 §10.2.3). */
function retryAfterMs({ status, headers }, nowMs) {
    const value = headers['retry-after'];
    if (value === undefined || (status !== 429 && status !== 503))
        return undefined;
    const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
    return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
//# sourceMappingURL=retry.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/api-status.js
var api_status = __nccwpck_require__(447);
// EXTERNAL MODULE: ./build/src/target/kubernetes/resource-path.js
var resource_path = __nccwpck_require__(940);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/server-unreachable.js

/** The API server can't be reached, said in the user's terms. */
class ServerUnreachable extends errors/* UserError */.y {
    kind;
    constructor(server, failure) {
        super(`Can't reach the API server ${server}: ${failure.message}.\n${advice(failure)}`, { cause: failure });
        this.kind = failure.kind;
    }
}
function advice({ kind, code }) {
    switch (kind) {
        case 'name':
            return 'Check the server in the kubeconfig, and whether this runner can resolve names of the private network that the cluster is in.';
        case 'proxy':
            return 'Check HTTPS_PROXY, NO_PROXY and the proxy-url of the kubeconfig.';
        case 'tls':
            if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
                return 'Check the server in the kubeconfig; tls-server-name says which name the certificate has.';
            if (/^ERR_SSL|EPROTO/.test(code))
                return 'Check that the server speaks HTTPS on this port, and that the client certificate is accepted by it.';
            return 'Check certificate-authority(-data) in the kubeconfig: was the cluster made anew since the kubeconfig was written?';
        case 'connect':
        case 'reset':
        case 'timeout':
            return 'Check the server in the kubeconfig, that the cluster is up, and that a firewall or an allow-list lets this runner in.';
    }
}
//# sourceMappingURL=server-unreachable.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/api-client.js






const DEFAULT_TIMEOUT_MS = 15_000;
/** Requests to one API server: credentials, deadline, retries. Knows no kinds. */
class ApiClient {
    options;
    effects;
    #open;
    #opened;
    /** @param open called at the first request; it may throw a UserError */
    constructor(open, options, effects) {
        this.#open = open;
        this.options = options;
        this.effects = effects;
    }
    get credentialsExpireAt() {
        return this.#parts().credentials.expiresAtMs;
    }
    /**
     * Sends a request and returns the answer whatever its status; retries are over by then.
     * @throws UserError when the server can't be reached or refuses the credentials; the signal's reason when aborted
     */
    async send(request, safety, signal) {
        const { clock, log, random } = this.effects;
        const http = this.#toHttp(request);
        const label = describe(request);
        const onRetry = (why, delayMs) => {
            const text = `${label}: ${why}; sending it again in ${Math.round(delayMs)} ms`;
            // Only a wait that a reader would notice.
            if (delayMs >= 1000)
                log.info(text);
            else
                log.debug(text);
        };
        const sendOnce = async () => {
            const started = clock.now();
            const answer = await this.#authorized(request, (connection, authorization) => connection.exchange(http, authorization, signal), signal);
            log.debug(`${label}: ${answer.status} after ${clock.now() - started} ms`);
            return answer;
        };
        try {
            return await withRetries(sendOnce, safety, { clock, random, onRetry }, signal);
        }
        catch (error) {
            throw error instanceof TransportFailure ? new ServerUnreachable(this.options.server, error) : error;
        }
    }
    /**
     * Opens an answer that goes on for a long time. No retries: a watch has its own.
     * @throws TransportFailure, and what `send` throws
     */
    async stream(request, signal) {
        const http = this.#toHttp(request);
        this.effects.log.debug(`watching ${request.path}`);
        const streamed = await this.#authorized(request, async (connection, authorization) => {
            const response = await connection.open(http, authorization, signal);
            // Nobody reads the body of a refusal; left unread it would hold the connection.
            if (response.statusCode === 401)
                response.resume();
            return { status: response.statusCode ?? 0, response, body: '' };
        }, signal);
        return streamed.response;
    }
    /** A 401 gets fresh credentials once; the request was not carried out, so any may be sent again. */
    async #authorized(request, send, signal) {
        const { connection, credentials } = this.#parts();
        const authorization = await credentials.authorization(signal);
        const answer = await send(connection, authorization);
        if (!isRefusal(request, answer))
            return answer;
        if (!credentials.reject(authorization))
            throw this.#refused(credentials, authorization);
        this.effects.log.debug(`${describe(request)}: 401; fetching fresh ${credentials.description}`);
        const fresh = await credentials.authorization(signal);
        const second = await send(connection, fresh);
        if (!isRefusal(request, second))
            return second;
        throw this.#refused(credentials, fresh);
    }
    #refused(credentials, { expiresAtMs }) {
        const expired = expiresAtMs !== undefined && expiresAtMs <= this.effects.clock.now();
        const why = expired ? `they expired at ${new Date(expiresAtMs).toISOString()}` : 'they are wrong, revoked or expired';
        return new errors/* UserError */.y(`The API server ${this.options.server} does not accept the ${credentials.description} (401 Unauthorized): ${why}.\n` +
            `They come from ${this.options.origin}. Renew them, or point \`context\` at another user.`);
    }
    #parts() {
        this.#opened ??= this.#open();
        return this.#opened;
    }
    #toHttp({ method, path, query, body, contentType, timeoutMs }) {
        const dryRun = this.options.dryRun && method !== 'GET' ? { dryRun: 'All' } : {};
        return {
            method,
            path: (0,resource_path/* withQuery */.V)(path, { ...query, ...dryRun }),
            timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
            ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
            ...(contentType === undefined ? {} : { contentType }),
        };
    }
}
/** Behind a `proxy` subresource an app may say 401 for reasons of its own; only the API server's own 401 is about our credentials. */
const isRefusal = ({ path }, { status, body }) => status === 401 && (!path.includes('/proxy') || (0,api_status/* readStatus */.rk)(body) !== undefined);
/** `GET /api/v1/…`, without the query: a patch's or selector's values don't belong in every line of the log. */
const describe = ({ method, path }) => `${method} ${path}`;
//# sourceMappingURL=api-client.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/cluster.js
var cluster = __nccwpck_require__(334);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/list.js




/** As many objects a page as kubectl asks for. */
const PAGE_SIZE = '500';
/** How often a list that expired between two pages is started over. */
const MAX_STARTS = 5;
const listRequest = (kind, { namespace, labels, fields }) => ({
    method: 'GET',
    path: (0,resource_path/* resourcePath */.o)(kind, namespace),
    query: { ...(labels ? { labelSelector: labels } : {}), ...(fields ? { fieldSelector: fields } : {}) },
});
/**
 * All objects of a collection, page by page; started over when the pages' snapshot has expired (410).
 * @throws ApiError when the API server says no
 */
async function listAll(client, kind, scope, signal) {
    for (let start = 1;; start++) {
        try {
            return await listOnce(client, kind, scope, signal);
        }
        catch (error) {
            if (!(error instanceof cluster/* ApiError */.h && error.status === 410 && start < MAX_STARTS))
                throw error;
        }
    }
}
async function listOnce(client, kind, scope, signal) {
    const base = listRequest(kind, scope);
    const objects = [];
    let token;
    for (;;) {
        const request = { ...base, query: { ...base.query, limit: PAGE_SIZE, ...(token ? { continue: token } : {}) } };
        const response = await client.send(request, 'idempotent', signal);
        if (response.status !== 200)
            throw (0,api_status/* apiError */.pb)(describe(request), response);
        const page = JSON.parse(response.body);
        objects.push(...(page.items ?? []));
        token = page.metadata?.continue;
        if (!token)
            return { objects, resourceVersion: page.metadata?.resourceVersion ?? '' };
    }
}
//# sourceMappingURL=list.js.map
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/watch-lines.js

/**
 * The complete lines of an answer that goes on, until it ends or nothing has come for `silenceMs`.
 * A last line without its end is dropped: the connection broke in the middle of it.
 * @throws TransportFailure when the connection breaks; the signal's reason when aborted
 */
async function* readLines(response, silenceMs, signal) {
    let rest = '';
    for await (const piece of readPieces(response, silenceMs, signal)) {
        const lines = (rest + piece).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines)
            if (line !== '')
                yield line;
    }
}
/** An answer as a whole, or what came of it before it fell silent: the Status that came instead of a watch. */
async function readBody(response, silenceMs, signal) {
    let body = '';
    for await (const piece of readPieces(response, silenceMs, signal))
        body += piece;
    return body;
}
async function* readPieces(response, silenceMs, signal) {
    let silent = false;
    const hangUp = () => {
        silent = true;
        response.destroy();
    };
    const abort = () => response.destroy();
    signal.addEventListener('abort', abort);
    const timer = setTimeout(hangUp, silenceMs);
    try {
        signal.throwIfAborted();
        for await (const piece of response.setEncoding('utf8')) {
            timer.refresh();
            yield piece;
        }
        signal.throwIfAborted();
    }
    catch (error) {
        signal.throwIfAborted();
        if (silent)
            return;
        const code = error.code ?? 'UNKNOWN';
        throw new TransportFailure('reset', code, true, `the watch broke (${code})`, { cause: error });
    }
    finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
    }
}
//# sourceMappingURL=watch-lines.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/list-watch.js









const TIMES = { watchMs: 240_000, silenceMs: 30_000 };
/** Before a watch that ended well is opened again, so that a server that ends each at once isn't flooded. */
const REOPEN_MS = 200;
/**
 * Lists, watches, and calls `decide` with the whole set after the list and after each change until it answers.
 * @throws DeadlineError after `timeoutMs`; ApiError when the API server says no for good; the signal's reason when aborted
 */
async function until(client, kind, scope, decide, { since, piecemeal = false, ...times }, signal) {
    signal.throwIfAborted();
    const stop = new AbortController();
    const forward = () => stop.abort(signal.reason);
    signal.addEventListener('abort', forward);
    const loop = new WatchLoop(client, kind, scope, decide, { ...TIMES, ...times }, stop.signal);
    if (since !== undefined)
        loop.startFrom(since);
    else if (piecemeal)
        loop.startPiecemeal();
    const done = new AbortController();
    client.effects.clock.sleep(times.timeoutMs, done.signal).then(() => stop.abort(loop.deadlineError()), () => undefined);
    try {
        return await loop.run();
    }
    finally {
        signal.removeEventListener('abort', forward);
        done.abort();
        // Ends the watch that is still open.
        stop.abort();
    }
}
class WatchLoop {
    #client;
    #kind;
    #scope;
    #decide;
    #times;
    #signal;
    #objects = new Map();
    #resourceVersion;
    /** Gives the answer of `decide`, or throws what it threw. */
    #decided;
    #progressed = false;
    #lastFailure;
    constructor(client, kind, scope, decide, times, signal) {
        this.#client = client;
        this.#kind = kind;
        this.#scope = scope;
        this.#decide = decide;
        this.#times = times;
        this.#signal = signal;
    }
    deadlineError() {
        const waited = `Waited ${(0,duration/* formatDuration */.a)(this.#times.timeoutMs)} for ${this.#kind.plural} in namespace ${this.#scope.namespace}`;
        const why = this.#lastFailure ? `; the last watch failed: ${this.#lastFailure.message}` : '';
        return new cluster/* DeadlineError */.j(waited + why, { cause: this.#lastFailure });
    }
    /** Takes the object for the whole set, so that watching begins at its version. */
    startFrom(object) {
        this.#objects.set(keyOf(object), object);
        this.#resourceVersion = metadataOf(object).resourceVersion;
        this.#ask();
    }
    /** A watch without a version begins with an event for each object that there is. */
    startPiecemeal() {
        this.#resourceVersion = '';
    }
    async run() {
        const known = this.#decided;
        if (known !== undefined)
            return known();
        const { clock, random, log } = this.#client.effects;
        for (let failures = 0;;) {
            this.#progressed = false;
            const end = await this.#listOrWatch();
            if (this.#decided !== undefined)
                return this.#decided();
            this.#signal.throwIfAborted();
            if (end.next === 'relist')
                this.#resourceVersion = undefined;
            this.#lastFailure = end.failure;
            // One event makes the next wait short again. A list doesn't: a server that ends each watch with 410 would be listed without pause.
            failures = end.failure === undefined || this.#progressed ? 1 : failures + 1;
            if (end.failure)
                log.debug(`watch of ${this.#kind.plural}: ${end.failure.message}; ${end.next} follows`);
            const delayMs = end.failure === undefined ? REOPEN_MS : REOPEN_MS / 2 + backOff(failures, random);
            await clock.sleep(delayMs, this.#signal);
        }
    }
    async #listOrWatch() {
        try {
            if (this.#resourceVersion === undefined) {
                const { objects, resourceVersion } = await listAll(this.#client, this.#kind, this.#scope, this.#signal);
                this.#objects = new Map(objects.map((object) => [keyOf(object), object]));
                this.#resourceVersion = resourceVersion;
                if (this.#ask())
                    return { next: 'resume' };
            }
            return await this.#watch(this.#resourceVersion);
        }
        catch (error) {
            if (this.#signal.aborted)
                throw this.#signal.reason;
            if (!passes(error))
                throw error;
            return { next: 'resume', failure: error };
        }
    }
    async #watch(resourceVersion) {
        const base = listRequest(this.#kind, this.#scope);
        const timeoutSeconds = String(Math.ceil(this.#times.watchMs / 1000));
        const request = {
            ...base,
            query: {
                ...base.query,
                watch: '1',
                allowWatchBookmarks: 'true',
                timeoutSeconds,
                ...(resourceVersion && { resourceVersion }),
            },
        };
        const response = await this.#client.stream(request, this.#signal);
        try {
            if (response.statusCode !== 200) {
                const error = (0,api_status/* apiError */.pb)(describe(request), {
                    status: response.statusCode ?? 0,
                    body: await readBody(response, this.#times.silenceMs, this.#signal),
                });
                if (error.status === 410)
                    return { next: 'relist', failure: error };
                throw error;
            }
            for await (const line of readLines(response, this.#times.silenceMs, this.#signal)) {
                const end = this.#take(parseEvent(line), describe(request));
                if (end !== undefined)
                    return end;
            }
            return { next: 'resume' };
        }
        finally {
            response.destroy();
        }
    }
    /** @returns how the watch ends with this event, or undefined when it goes on */
    #take({ type, object }, request) {
        if (type === 'ERROR')
            return { next: 'relist', failure: (0,api_status/* watchError */.yZ)(request, object) };
        this.#progressed = true;
        this.#resourceVersion = metadataOf(object).resourceVersion ?? this.#resourceVersion;
        if (type === 'BOOKMARK')
            return undefined;
        if (type === 'DELETED')
            this.#objects.delete(keyOf(object));
        else
            this.#objects.set(keyOf(object), object);
        return this.#ask() ? { next: 'resume' } : undefined;
    }
    #ask() {
        try {
            const result = this.#decide([...this.#objects.values()]);
            if (result !== undefined)
                this.#decided = () => result;
        }
        catch (error) {
            // Not an error of the watch, whatever it is, so never one to wait out.
            this.#decided = () => {
                throw error;
            };
        }
        return this.#decided !== undefined;
    }
}
function parseEvent(line) {
    try {
        return JSON.parse(line);
    }
    catch (cause) {
        throw new TransportFailure('reset', 'EBADMSG', true, 'the watch sent a broken line', { cause });
    }
}
/** Whether waiting helps: a broken connection, a broken line, an overloaded or restarting server. */
function passes(error) {
    if (error instanceof cluster/* ApiError */.h)
        return error.status === 410 || error.status === 429 || error.status >= 500;
    if (!(error instanceof TransportFailure || error instanceof ServerUnreachable))
        return false;
    return error.kind !== 'name' && error.kind !== 'tls' && error.kind !== 'proxy';
}
const metadataOf = (object) => object?.metadata ?? {};
function keyOf(object) {
    const { namespace, name } = metadataOf(object);
    return `${namespace ?? ''}/${name ?? ''}`;
}
//# sourceMappingURL=list-watch.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/ownership.js
var ownership = __nccwpck_require__(241);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/api-cluster.js






const MANAGED = { fieldManager: ownership/* FIELD_MANAGER */.v };
/** The verbs of `Cluster` as requests: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
class ApiCluster {
    server;
    namespace;
    #client;
    #watchTimes;
    constructor(client, namespace, watchTimes = {}) {
        this.server = client.options.server;
        this.namespace = namespace;
        this.#client = client;
        this.#watchTimes = watchTimes;
    }
    get credentialsExpireAt() {
        return this.#client.credentialsExpireAt;
    }
    async read(kind, name, signal) {
        const request = { method: 'GET', path: (0,resource_path/* resourcePath */.o)(kind, this.namespace, name) };
        const response = await this.#client.send(request, 'idempotent', signal);
        // A missing kind is a 404 too, but its Status has no `details.name`: for the caller both mean that there is no such object.
        return response.status === 404 ? undefined : parse(request, response);
    }
    list(kind, selection, signal) {
        return listAll(this.#client, kind, this.#inNamespace(selection), signal).then(({ objects }) => objects);
    }
    create(kind, object, signal) {
        const path = (0,resource_path/* resourcePath */.o)(kind, this.#namespaceOf(object));
        const body = complete(kind, object);
        return this.#change({ method: 'POST', path, query: MANAGED, body }, 'unsent', signal);
    }
    apply(kind, object, options, signal) {
        const request = {
            method: 'PATCH',
            path: (0,resource_path/* resourcePath */.o)(kind, this.#namespaceOf(object), object.metadata?.name ?? ''),
            query: { ...MANAGED, force: String(options.force) },
            // JSON is YAML.
            contentType: 'application/apply-patch+yaml',
            body: complete(kind, object),
        };
        return this.#change(request, 'idempotent', signal);
    }
    patch(kind, name, operations, signal) {
        // Twice the same patch does no harm once it says which version it is for: the second is refused.
        const comparesAndSwaps = operations.some(({ op, path }) => op === 'test' && path === '/metadata/resourceVersion');
        const request = this.#patchRequest(kind, name, 'application/json-patch+json', operations);
        return this.#change(request, comparesAndSwaps ? 'idempotent' : 'unsent', signal);
    }
    merge(kind, name, patch, signal) {
        return this.#change(this.#patchRequest(kind, name, 'application/merge-patch+json', patch), 'idempotent', signal);
    }
    async remove(kind, name, { uid }, signal) {
        const request = {
            method: 'DELETE',
            path: (0,resource_path/* resourcePath */.o)(kind, this.namespace, name),
            body: { propagationPolicy: 'Background', ...(uid === undefined ? {} : { preconditions: { uid } }) },
        };
        const response = await this.#client.send(request, 'idempotent', signal);
        // 409 on the uid: another object has the name by now, so the one that was meant is gone.
        const isGone = response.status === 404 || (uid !== undefined && response.status === 409);
        if (!isGone && !isSuccess(response))
            throw (0,api_status/* apiError */.pb)(describe(request), response);
    }
    until(kind, selection, decide, options, signal) {
        return until(this.#client, kind, this.#inNamespace(selection), decide, { ...this.#watchTimes, ...options }, signal);
    }
    /** The answer is returned whatever its status. Left out, `retry` sends a GET again after anything that passes, others only if surely unseen. */
    request(request, signal) {
        return this.#client.send(request, retrySafety(request), signal);
    }
    #patchRequest(kind, name, contentType, body) {
        return { method: 'PATCH', path: (0,resource_path/* resourcePath */.o)(kind, this.namespace, name), query: MANAGED, contentType, body };
    }
    async #change(request, safety, signal) {
        return parse(request, await this.#client.send(request, safety, signal));
    }
    #inNamespace(selection) {
        return { ...selection, namespace: selection.namespace ?? this.namespace };
    }
    #namespaceOf(object) {
        return object.metadata?.namespace ?? this.namespace;
    }
}
function retrySafety({ method, retry }) {
    if (retry !== undefined)
        return retry ? 'idempotent' : 'never';
    return method === 'GET' ? 'idempotent' : 'unsent';
}
const isSuccess = ({ status }) => status >= 200 && status < 300;
function parse(request, response) {
    if (!isSuccess(response))
        throw (0,api_status/* apiError */.pb)(describe(request), response);
    return JSON.parse(response.body);
}
const complete = (kind, object) => ({
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    kind: kind.kind,
    ...object,
});
//# sourceMappingURL=api-cluster.js.map
// EXTERNAL MODULE: ./build/src/target/kubernetes/context.js
var context = __nccwpck_require__(651);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/credentials/credentials.js
/** Credentials that are what they are: a token or a certificate in the kubeconfig, or none at all. */
function fixedCredentials(description, authorization) {
    return {
        description,
        authorization: async () => authorization,
        reject: () => false,
        expiresAtMs: authorization.expiresAtMs,
    };
}
/** Fetched when needed, kept until `refreshAtMs`, fetched by one caller at a time; the others wait for the same result. */
class RenewedCredentials {
    description;
    #fetch;
    #now;
    #current;
    #flight;
    constructor(description, fetch, now) {
        this.description = description;
        this.#fetch = fetch;
        this.#now = now;
    }
    async authorization(signal) {
        if (this.#current !== undefined && this.#now() < this.#current.refreshAtMs)
            return this.#current.authorization;
        this.#flight ??= this.#fetch().finally(() => {
            this.#flight = undefined;
        });
        this.#current = await abandonable(this.#flight, signal);
        return this.#current.authorization;
    }
    reject(rejected) {
        // Whoever comes second with the same rejected token finds it replaced already.
        if (this.#current?.authorization === rejected)
            this.#current = undefined;
        return true;
    }
    get expiresAtMs() {
        return this.#current?.authorization.expiresAtMs;
    }
}
/** When to replace something that expires: half a minute before, or earlier in the last tenth of a short life. */
function refreshTime(nowMs, expiresAtMs) {
    if (expiresAtMs === undefined)
        return Number.POSITIVE_INFINITY;
    return expiresAtMs - Math.min(30_000, Math.max(0, expiresAtMs - nowMs) / 10);
}
/** Waits for `work` only as long as the caller wants to; the work itself goes on for others. */
function abandonable(work, signal) {
    return new Promise((resolve, reject) => {
        if (signal.aborted)
            return reject(signal.reason);
        const abandon = () => reject(signal.reason);
        signal.addEventListener('abort', abandon, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
    });
}
//# sourceMappingURL=credentials.js.map
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/credentials/token.js



/** How long a token file is trusted before it is read again; projected service account tokens are replaced in place (client-go does the same). */
const REREAD_MS = 60_000;
const bearer = (token) => ({
    headers: { authorization: `Bearer ${token}` },
    expiresAtMs: tokenExpiry(token),
});
const tokenCredentials = (description, token) => fixedCredentials(description, bearer(token));
/**
 * A token in a file that somebody else keeps fresh.
 * @param mask called with each token before it is used
 */
function tokenFileCredentials(description, path, clock, mask) {
    const read = async () => {
        const token = readToken(path);
        mask(token);
        const authorization = bearer(token);
        const now = clock.now();
        return { authorization, refreshAtMs: Math.min(now + REREAD_MS, refreshTime(now, authorization.expiresAtMs)) };
    };
    return new RenewedCredentials(description, read, () => clock.now());
}
function readToken(path) {
    let token;
    try {
        token = (0,external_node_fs_.readFileSync)(path, 'utf8').trim();
    }
    catch (cause) {
        throw new errors/* UserError */.y(`The token file ${path} can't be read (${cause.code}).`, { cause });
    }
    if (token === '')
        throw new errors/* UserError */.y(`The token file ${path} is empty.`);
    return token;
}
/** The `exp` claim of a JWT (RFC 7519 §4.1.4), in milliseconds since the epoch; undefined for any other token. */
function tokenExpiry(token) {
    const [, payload, signature] = token.split('.');
    if (payload === undefined || signature === undefined)
        return undefined;
    try {
        const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
        return typeof exp === 'number' ? exp * 1000 : undefined;
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=token.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/credentials/auth-provider.js



/** What the chunk understands; azure and gcp were removed from kubectl in 1.26, so nothing else will come. */
const PROVIDERS = ['oidc', 'gcp', 'azure'];
/**
 * Credentials from a kubeconfig's `auth-provider`, by way of @kubernetes/client-node. Few have one, and the library costs 50 ms to load,
 * so it stands in a chunk of its own that is loaded on first use.
 *
 * One specifier serves both places: `../kube-auth/index.js` is `build/src/target/kubernetes/kube-auth/index.js` seen from the compiled
 * file (tests), and `dist/kube-auth/index.js` seen from `dist/<action>/index.js` (the bundle). The comment keeps the bundler's hands off it.
 */
function authProviderCredentials(description, provider, { clock, log }) {
    if (!PROVIDERS.includes(provider.name)) {
        throw new errors/* UserError */.y(`The ${description} uses auth-provider "${provider.name}"; supported: ${PROVIDERS.join(', ')}. Use an exec plugin instead.`);
    }
    const fetch = async () => {
        const { authorize } = await import(/* webpackIgnore: true */ '../kube-auth/index.js');
        const { headers } = await authorize(provider).catch((cause) => {
            throw new errors/* UserError */.y(`The ${description} could not be had from auth-provider ${provider.name}: ${cause.message}`, { cause });
        });
        const token = headers.authorization.replace(/^Bearer /, '');
        log.mask(token);
        const expiresAtMs = tokenExpiry(token);
        return { authorization: { headers, expiresAtMs }, refreshAtMs: refreshTime(clock.now(), expiresAtMs) };
    };
    return new RenewedCredentials(description, fetch, () => clock.now());
}
//# sourceMappingURL=auth-provider.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/credentials/material.js


/**
 * The PEM behind a `…-data` value or a file of a kubeconfig.
 * @param what in words, for the message: `client certificate of user ci`
 * @throws UserError when the file can't be read, or when what is there isn't PEM
 */
function readPem(material, what) {
    const pem = 'base64' in material ? Buffer.from(material.base64, 'base64') : readFile(material.file, what);
    if (!pem.includes('-----BEGIN ')) {
        const where = 'base64' in material ? 'in the kubeconfig' : `in ${material.file}`;
        throw new errors/* UserError */.y(`The ${what} ${where} is not PEM${'base64' in material ? ' in base64' : ''}.`);
    }
    return pem;
}
function readFile(path, what) {
    try {
        return (0,external_node_fs_.readFileSync)(path);
    }
    catch (cause) {
        const code = cause.code;
        throw new errors/* UserError */.y(`The ${what} can't be read from ${path} (${code}).`, { cause });
    }
}
//# sourceMappingURL=material.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/credentials/plugin-process.js


/** More than any credential is; a plugin that prints on is broken. */
const LIMIT_BYTES = 1024 * 1024;
/**
 * Runs a credential plugin without terminal and waits for its end.
 * @throws UserError when it can't be started (with the plugin's own install hint), fails, or takes too long
 */
function runPlugin(exec, info, limits) {
    // Loaded here: most kubeconfigs have no plugin, and the module costs start-up time.
    const { spawn } = process.getBuiltinModule('node:child_process');
    const env = { ...limits.environment.variables, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
    const hint = exec.installHint === undefined ? '' : `\n${exec.installHint.trim()}`;
    return new Promise((resolve, reject) => {
        // Its own process group, so that whatever it started ends with it.
        const child = spawn(exec.command, exec.args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
        const output = collect(child);
        const stop = (reason) => {
            finish();
            killGroup(child);
            child.stdout.destroy();
            child.stderr.destroy();
            reject(reason);
        };
        const cancel = () => stop(limits.signal?.reason);
        const tooLong = `The credential plugin ${exec.command} did not end within ${(0,duration/* formatDuration */.a)(limits.timeoutMs)}; does it wait for a login?`;
        const timer = setTimeout(() => stop(new errors/* UserError */.y(tooLong)), limits.timeoutMs);
        const finish = () => {
            clearTimeout(timer);
            limits.signal?.removeEventListener('abort', cancel);
        };
        limits.signal?.addEventListener('abort', cancel, { once: true });
        child.on('error', (cause) => {
            finish();
            const why = cause.code === 'ENOENT' ? 'is not installed on this runner' : `can't be started (${cause.code})`;
            reject(new errors/* UserError */.y(`The credential plugin ${exec.command} ${why}.${hint}`, { cause }));
        });
        child.on('close', (code, signalName) => {
            finish();
            if (code === 0)
                return resolve({ stdout: output.stdout() });
            const said = output.stderr().trim();
            const how = code === null ? `was ended by ${signalName}` : `failed with exit code ${code}`;
            reject(new errors/* UserError */.y(`The credential plugin ${exec.command} ${how}${said === '' ? '.' : `:\n${said}`}${hint}`));
        });
        if (limits.signal?.aborted)
            cancel();
    });
}
function collect(child) {
    const read = (stream) => {
        const chunks = [];
        let bytes = 0;
        stream?.on('data', (chunk) => {
            bytes += chunk.length;
            if (bytes <= LIMIT_BYTES)
                chunks.push(chunk);
        });
        return () => Buffer.concat(chunks).toString('utf8');
    };
    const stderr = read(child.stderr);
    return { stdout: read(child.stdout), stderr: () => stderr().slice(-2000) };
}
function killGroup(child) {
    if (child.pid === undefined)
        return;
    try {
        process.kill(-child.pid, 'SIGKILL');
    }
    catch {
        // It ended by itself in the meantime.
    }
}
//# sourceMappingURL=plugin-process.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/credentials/exec.js





const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/**
 * Credentials from a program, as https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins says:
 * run once for all waiting requests, again before the credentials expire and once after a 401; never interactive.
 * @throws UserError when the kubeconfig asks for what a workflow can't give
 */
function execCredentials(description, exec, access, effects) {
    if (!API_VERSIONS.includes(exec.apiVersion)) {
        throw new errors/* UserError */.y(`The exec section of ${description} has apiVersion "${exec.apiVersion}"; supported: ${API_VERSIONS.join(', ')}.`);
    }
    if (exec.command === '')
        throw new errors/* UserError */.y(`The exec section of ${description} names no command.`);
    if (exec.interactiveMode === 'Always') {
        throw new errors/* UserError */.y(`The exec section of ${description} asks for a terminal (interactiveMode: Always), which a workflow has not.`);
    }
    const fetch = async () => {
        const started = effects.clock.now();
        const result = await runPlugin(exec, execInfo(exec, access), effects);
        effects.log.debug(`${exec.command} gave credentials after ${effects.clock.now() - started} ms`);
        const authorization = readCredential(result, exec, description, effects.log);
        return { authorization, refreshAtMs: refreshTime(effects.clock.now(), authorization.expiresAtMs) };
    };
    return new RenewedCredentials(description, fetch, () => effects.clock.now());
}
/** What the plugin finds in KUBERNETES_EXEC_INFO. */
function execInfo(exec, { cluster, clusterName }) {
    const info = { kind: 'ExecCredential', apiVersion: exec.apiVersion };
    if (!exec.provideClusterInfo)
        return { ...info, spec: { interactive: false } };
    const ca = cluster.certificateAuthority;
    const about = {
        server: cluster.server,
        'tls-server-name': cluster.tlsServerName,
        'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
        'certificate-authority-data': ca && readPem(ca, `certificate authority of cluster ${clusterName}`).toString('base64'),
        'proxy-url': cluster.proxyUrl,
        config: cluster.execConfig,
    };
    return { ...info, spec: { interactive: false, cluster: about } };
}
function readCredential({ stdout }, exec, description, log) {
    const wrong = (what) => new errors/* UserError */.y(`${exec.command}, which gives the ${description}, printed ${what}.`);
    let output;
    try {
        output = JSON.parse(stdout);
    }
    catch {
        // The parser's message quotes the output, which may hold a token.
        throw wrong('something that is not JSON');
    }
    if (output?.kind !== 'ExecCredential')
        throw wrong('JSON that is not an ExecCredential');
    if (output.apiVersion !== exec.apiVersion) {
        throw wrong(`an ExecCredential of ${output.apiVersion}, while the kubeconfig asks for ${exec.apiVersion}`);
    }
    const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = output.status ?? {};
    if (typeof token === 'string')
        log.mask(token);
    if (typeof key === 'string')
        log.mask(key);
    if ((typeof cert === 'string') !== (typeof key === 'string'))
        throw wrong('a client certificate without its key, or the reverse');
    if (typeof token !== 'string' && typeof cert !== 'string')
        throw wrong('an ExecCredential without token and client certificate');
    return {
        headers: typeof token === 'string' ? { authorization: `Bearer ${token}` } : {},
        ...(typeof cert === 'string' && typeof key === 'string' ? { clientCertificate: { cert, key } } : {}),
        expiresAtMs: readTimestamp(expirationTimestamp, wrong) ?? (typeof token === 'string' ? tokenExpiry(token) : undefined),
    };
}
function readTimestamp(value, wrong) {
    if (value === undefined || value === null)
        return undefined;
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(at))
        throw wrong(`an expirationTimestamp that is no time: ${JSON.stringify(value)}`);
    return at;
}
//# sourceMappingURL=exec.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/credentials/for-user.js






/**
 * The credentials that a context's user stands for; a context without user has none and is served as anonymous.
 * Order as in client-go: what is given directly before what has to be fetched; a token file before a token.
 * @throws UserError when the user entry asks for what isn't supported, or its files can't be read
 */
function credentialsFor(access, effects) {
    const { user, userName } = access;
    if (user === undefined)
        return fixedCredentials('request without credentials (the context names no user)', { headers: {} });
    const own = withoutExtras(user, `credentials of user ${userName}`, access, effects);
    return withExtras(own, clientCertificate(user, userName), user.impersonate);
}
function withoutExtras(user, description, access, effects) {
    if (user.tokenFile !== undefined) {
        return tokenFileCredentials(description, user.tokenFile, effects.clock, (secret) => effects.log.mask(secret));
    }
    if (user.token !== undefined)
        return tokenCredentials(description, user.token);
    if (user.exec !== undefined)
        return execCredentials(description, user.exec, access, effects);
    if (user.authProvider !== undefined)
        return authProviderCredentials(description, user.authProvider, effects);
    if (user.basic) {
        throw new errors/* UserError */.y(`User ${access.userName} has a user name and password; Kubernetes dropped them in 1.19. Use a token or a client certificate.`);
    }
    return fixedCredentials(description, { headers: {} });
}
function clientCertificate(user, userName) {
    const { clientCertificate: cert, clientKey: key } = user;
    if (cert === undefined && key === undefined)
        return undefined;
    if (cert === undefined || key === undefined) {
        throw new errors/* UserError */.y(`User ${userName} has a client ${cert ? 'certificate without its key' : 'key without its certificate'}.`);
    }
    return {
        cert: readPem(cert, `client certificate of user ${userName}`),
        key: readPem(key, `client key of user ${userName}`),
    };
}
/** Adds what goes along with any kind of credentials: the kubeconfig's own certificate and the impersonation headers. */
function withExtras(own, certificate, impersonation) {
    if (certificate === undefined && impersonation === undefined)
        return own;
    const headers = impersonation ? impersonationHeaders(impersonation) : {};
    const originals = new WeakMap();
    return {
        description: own.description,
        async authorization(signal) {
            const original = await own.authorization(signal);
            const complete = {
                ...original,
                ...(certificate && !original.clientCertificate ? { clientCertificate: certificate } : {}),
                headers: { ...original.headers, ...headers },
            };
            originals.set(complete, original);
            return complete;
        },
        reject: (rejected) => own.reject(originals.get(rejected) ?? rejected),
        get expiresAtMs() {
            return own.expiresAtMs;
        },
    };
}
/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
function impersonationHeaders(impersonation) {
    const { user, uid, groups, extra } = impersonation;
    return {
        ...(user ? { 'impersonate-user': user } : {}),
        ...(uid ? { 'impersonate-uid': uid } : {}),
        ...(groups.length > 0 ? { 'impersonate-group': groups } : {}),
        ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [`impersonate-extra-${escapeHeaderKey(key)}`, values])),
    };
}
/** Percent-encodes what a header name can't hold, in UTF-8 (client-go, transport/round_trippers.go headerKeyEscape). */
const escapeHeaderKey = (key) => encodeURIComponent(key).replace(/[()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
/** Everything in a user entry that must never be printed; masked before the first line that could hold it. */
function secretsOf(user) {
    const keyData = user.clientKey !== undefined && 'base64' in user.clientKey ? [user.clientKey.base64] : [];
    const providerSecrets = Object.entries(user.authProvider?.config ?? {}).flatMap(([name, value]) => /token|secret|password/.test(name) ? [value] : []);
    const execSecrets = Object.entries(user.exec?.env ?? {}).flatMap(([name, value]) => /token|secret|password|key/i.test(name) ? [value] : []);
    return [...(user.token ? [user.token] : []), ...keyData, ...providerSecrets, ...execSecrets].filter((secret) => secret.length >= 8);
}
//# sourceMappingURL=for-user.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/connect.js







/**
 * The cluster that the inputs mean. Nothing is sent, and no file but the kubeconfig was read, before the first call.
 * @throws UserError when the kubeconfig has no such context; `clusterConflicts` finds that earlier
 */
function connect(inputs, options) {
    const { clock, log } = options;
    for (const user of inputs.kubeconfig.users.values())
        for (const secret of secretsOf(user))
            log.mask(secret);
    const access = (0,context/* selectContext */.K)(inputs.kubeconfig, inputs.context);
    const namespace = inputs.namespace ?? access.namespace ?? 'default';
    const { server } = access.cluster;
    const origin = `context "${access.contextName}" of ${access.origin}`;
    log.info(`Cluster ${server}, namespace ${namespace} (${origin})`);
    const client = new ApiClient(() => ({ connection: openConnection(access, options), credentials: openCredentials(access, options) }), { server, origin, dryRun: options.dryRun ?? false }, { clock, log, random: options.random ?? Math.random });
    return new ApiCluster(client, namespace, options.watchTimes);
}
function openConnection({ cluster, clusterName }, { environment, log }) {
    const url = new URL(cluster.server);
    const proxy = chooseProxy(url, cluster.proxyUrl, environment.variables);
    if (proxy !== undefined)
        log.info(`Through the proxy ${new URL(proxy).host}`);
    if (cluster.insecureSkipTlsVerify) {
        log.warning(`The identity of ${cluster.server} is not checked: the kubeconfig says insecure-skip-tls-verify`);
    }
    return new Connection({
        url,
        certificateAuthority: cluster.certificateAuthority && readPem(cluster.certificateAuthority, `certificate authority of cluster ${clusterName}`),
        tlsServerName: cluster.tlsServerName,
        insecureSkipTlsVerify: cluster.insecureSkipTlsVerify,
        proxy,
    });
}
const openCredentials = (access, { clock, log, environment, signal, execTimeoutMs }) => credentialsFor(access, { clock, log, environment, signal, timeoutMs: execTimeoutMs ?? 30_000 });
//# sourceMappingURL=connect.js.map

/***/ }),

/***/ 651:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ selectContext)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(537);

/**
 * @param name the kubeconfig's `current-context` when left out
 * @throws UserError when the context, its cluster or its user isn't there; the message lists what is
 */
function selectContext(kubeconfig, name) {
    const { origin, contexts, clusters, users } = kubeconfig;
    const contextName = name ?? kubeconfig.currentContext;
    const known = contexts.size > 0 ? `It has: ${[...contexts.keys()].join(', ')}` : 'It has no contexts at all';
    if (contextName === undefined) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${origin} has no current-context; say which one to use in \`context\`. ${known}`);
    }
    const context = contexts.get(contextName);
    if (context === undefined) {
        const asked = name === undefined ? `its current-context "${contextName}"` : `context "${contextName}"`;
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${origin} does not have ${asked}. ${known}`);
    }
    const cluster = clusters.get(context.cluster);
    if (cluster === undefined)
        throw missing(origin, contextName, 'cluster', context.cluster, clusters);
    const user = context.user === undefined ? undefined : users.get(context.user);
    if (context.user !== undefined && user === undefined)
        throw missing(origin, contextName, 'user', context.user, users);
    checkServer(cluster.server, context.cluster, origin);
    return {
        contextName,
        cluster,
        clusterName: context.cluster,
        user,
        userName: context.user,
        namespace: context.namespace,
        origin,
    };
}
function missing(origin, context, what, name, known) {
    const have = known.size > 0 ? [...known.keys()].join(', ') : 'none';
    return new _action_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${origin}: context "${context}" names ${what} "${name}", which is not there; ${what}s: ${have}`);
}
function checkServer(server, clusterName, origin) {
    if (URL.canParse(server) && /^https?:$/.test(new URL(server).protocol))
        return;
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${origin}: the server of cluster "${clusterName}" must be a URL that starts with https://, not "${server}"`);
}
//# sourceMappingURL=context.js.map

/***/ }),

/***/ 976:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ isConflict),
/* harmony export */   s: () => (/* binding */ editObject)
/* harmony export */ });
/* harmony import */ var _cluster_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(334);

const MAX_CONFLICTS = 5;
/** Whether somebody else changed the object since it was read: 409, or 422 for a failed `test` of a JSON patch. */
const isConflict = (error) => error instanceof _cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h && (error.status === 409 || error.status === 422);
/**
 * Compare-and-swap: `plan` says what to change in the object that is there, and is asked again when somebody else was faster.
 * @param plan no operations: nothing is to be changed
 * @returns the object as it is afterwards; undefined when there is none
 */
async function editObject(cluster, kind, name, plan, signal) {
    for (let attempt = 1;; attempt++) {
        const object = await cluster.read(kind, name, signal);
        const operations = object === undefined ? [] : plan(object);
        if (object === undefined || operations.length === 0)
            return object;
        const test = { op: 'test', path: '/metadata/resourceVersion', value: object.metadata?.resourceVersion };
        try {
            return await cluster.patch(kind, name, [test, ...operations], signal);
        }
        catch (error) {
            if (!isConflict(error) || attempt === MAX_CONFLICTS)
                throw error;
        }
    }
}
//# sourceMappingURL=edit-object.js.map

/***/ }),

/***/ 615:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ ENDPOINT_SLICE),
/* harmony export */   DL: () => (/* binding */ LEASE),
/* harmony export */   E2: () => (/* binding */ DAEMON_SET),
/* harmony export */   HU: () => (/* binding */ HTTP_ROUTE),
/* harmony export */   K5: () => (/* binding */ CONFIG_MAP),
/* harmony export */   Sm: () => (/* binding */ POD),
/* harmony export */   UR: () => (/* binding */ NETWORK_POLICY),
/* harmony export */   YV: () => (/* binding */ SERVICE),
/* harmony export */   cw: () => (/* binding */ STATEFUL_SET),
/* harmony export */   ew: () => (/* binding */ REPLICA_SET),
/* harmony export */   kf: () => (/* binding */ INGRESS),
/* harmony export */   ll: () => (/* binding */ EVENT),
/* harmony export */   uH: () => (/* binding */ DEPLOYMENT),
/* harmony export */   wN: () => (/* binding */ POD_DISRUPTION_BUDGET),
/* harmony export */   xG: () => (/* binding */ HORIZONTAL_POD_AUTOSCALER)
/* harmony export */ });
const define = (group, version, plural, kind) => ({ group, version, plural, kind });
const POD = define('', 'v1', 'pods', 'Pod');
const SERVICE = define('', 'v1', 'services', 'Service');
const CONFIG_MAP = define('', 'v1', 'configmaps', 'ConfigMap');
const DEPLOYMENT = define('apps', 'v1', 'deployments', 'Deployment');
const REPLICA_SET = define('apps', 'v1', 'replicasets', 'ReplicaSet');
const HORIZONTAL_POD_AUTOSCALER = define('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler');
const STATEFUL_SET = define('apps', 'v1', 'statefulsets', 'StatefulSet');
const DAEMON_SET = define('apps', 'v1', 'daemonsets', 'DaemonSet');
const POD_DISRUPTION_BUDGET = define('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget');
const NETWORK_POLICY = define('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy');
const INGRESS = define('networking.k8s.io', 'v1', 'ingresses', 'Ingress');
const EVENT = define('', 'v1', 'events', 'Event');
const ENDPOINT_SLICE = define('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice');
const LEASE = define('coordination.k8s.io', 'v1', 'leases', 'Lease');
const HTTP_ROUTE = define('gateway.networking.k8s.io', 'v1', 'httproutes', 'HTTPRoute');
//# sourceMappingURL=kinds.js.map

/***/ }),

/***/ 241:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ giveUpOwnership),
/* harmony export */   v: () => (/* binding */ FIELD_MANAGER)
/* harmony export */ });
/* harmony import */ var _edit_object_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(976);

/** Whom the API server records as the owner of the fields that the suite sets. */
const FIELD_MANAGER = 'd9-actions';
/**
 * Gives up every claim on an object that is not ours. A claim that stays behind would make the next server-side apply of its owner conflict.
 * An object that is gone, or on which there is no claim, is left alone.
 */
async function giveUpOwnership(cluster, kind, name, signal) {
    await (0,_edit_object_js__WEBPACK_IMPORTED_MODULE_0__/* .editObject */ .s)(cluster, kind, name, ({ metadata }) => {
        const entries = metadata?.managedFields ?? [];
        const kept = entries.filter(({ manager }) => manager !== FIELD_MANAGER);
        if (kept.length === entries.length)
            return [];
        // An empty list would be taken for "leave them alone"; one empty entry is how the server is told to forget them all.
        return [{ op: 'replace', path: '/metadata/managedFields', value: kept.length > 0 ? kept : [{}] }];
    }, signal);
}
//# sourceMappingURL=ownership.js.map

/***/ }),

/***/ 984:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   RS: () => (/* binding */ checkPermissions),
/* harmony export */   Yg: () => (/* binding */ refuseForbidden),
/* harmony export */   eN: () => (/* binding */ needs)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(537);
/* harmony import */ var _cluster_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(334);


const needs = (kind, verbs, purpose) => ({
    group: kind.group,
    resource: kind.plural,
    verbs,
    purpose,
});
/**
 * Asks once what the credentials may do in the namespace and adds each missing verb as the rule to add. A server that can't tell the whole
 * (`incomplete`, as with a webhook authorizer) is asked one by one for what is not in its answer.
 */
async function checkPermissions(cluster, wanted, problems, signal) {
    const review = await ask(cluster, 'SelfSubjectRulesReview', { namespace: cluster.namespace }, signal);
    const rules = review.status?.resourceRules ?? [];
    for (const need of wanted) {
        const notListed = need.verbs.filter((verb) => !rules.some((rule) => allows(rule, need, verb)));
        const missing = review.status?.incomplete ? await refusedOneByOne(cluster, need, notListed, signal) : notListed;
        if (missing.length > 0)
            problems.add(describe(need, missing, cluster.namespace));
    }
}
/** @throws UserError with the rules to add when the credentials may not do all of this */
async function refuseForbidden(cluster, wanted, signal) {
    const problems = new _action_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .Problems */ .Z();
    await checkPermissions(cluster, wanted, problems, signal);
    problems.throwIfAny();
}
function allows(rule, need, verb) {
    const has = (list, ...values) => list?.some((item) => item === '*' || values.includes(item)) ?? false;
    const [, subresource] = need.resource.split('/');
    const resource = has(rule.resources, need.resource, ...(subresource ? [`*/${subresource}`] : []));
    return has(rule.verbs, verb) && has(rule.apiGroups, need.group) && resource && (rule.resourceNames ?? []).length === 0;
}
async function refusedOneByOne(cluster, need, verbs, signal) {
    const [resource, subresource] = need.resource.split('/');
    const answers = await Promise.all(verbs.map(async (verb) => {
        const resourceAttributes = { namespace: cluster.namespace, verb, group: need.group, resource, subresource };
        const answer = await ask(cluster, 'SelfSubjectAccessReview', { resourceAttributes }, signal);
        return { verb, allowed: answer.status?.allowed === true };
    }));
    return answers.filter(({ allowed }) => !allowed).map(({ verb }) => verb);
}
/** Reviews are answered at once and stored nowhere, so asking again is harmless. */
async function ask(cluster, kind, spec, signal) {
    const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
    const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec };
    const answer = await cluster.request({ method: 'POST', path, body, retry: true }, signal);
    if (answer.status >= 300)
        throw new _cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h(answer.status, kind, `${cluster.server} answered ${answer.status} to a ${kind}: ${answer.body.slice(0, 500)}`);
    return JSON.parse(answer.body);
}
const describe = (need, missing, namespace) => `The credentials may not ${missing.join(', ')} ${need.resource} in namespace ${namespace} (${need.purpose}). Add this rule to their Role:\n` +
    `  - apiGroups: ["${need.group}"]\n    resources: ["${need.resource}"]\n    verbs: [${need.verbs.map((verb) => `"${verb}"`).join(', ')}]`;
//# sourceMappingURL=permissions.js.map

/***/ }),

/***/ 940:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ withQuery),
/* harmony export */   o: () => (/* binding */ resourcePath)
/* harmony export */ });
/** The kinds we use that live in no namespace. */
const CLUSTER_SCOPED = new Set([
    'customresourcedefinitions',
    'gatewayclasses',
    'namespaces',
    'nodes',
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
]);
/** Path of a collection, or of one object in it: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
function resourcePath(kind, namespace, name) {
    const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    const scope = CLUSTER_SCOPED.has(kind.plural) ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    return `${root}${scope}/${kind.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
/** `path?a=1&b=2`; the path alone when there is nothing to ask. */
function withQuery(path, query) {
    const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
    return given.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`;
}
//# sourceMappingURL=resource-path.js.map

/***/ }),

/***/ 543:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Jw: () => (/* binding */ chooseHttpRoute),
/* harmony export */   dj: () => (/* binding */ listHttpRoutes),
/* harmony export */   qY: () => (/* binding */ refuseShared),
/* harmony export */   vs: () => (/* binding */ refuseUnaccepted),
/* harmony export */   zx: () => (/* binding */ refuseIndivisible)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(537);
/* harmony import */ var _cluster_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(334);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(615);
/* harmony import */ var _route_weights_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(172);




/** All HTTPRoutes of the namespace; none in a cluster without the Gateway API, whose server knows no such path. */
const listHttpRoutes = (cluster, signal) => cluster.list(_kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .HTTP_ROUTE */ .HU, {}, signal).catch((error) => {
    if (error instanceof _cluster_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h && error.status === 404)
        return [];
    throw error;
});
/**
 * The one HTTPRoute that leads to the Service.
 * @param name as asked for, or undefined to search
 * @returns undefined when none was asked for and none leads to the Service
 * @throws UserError when the asked one is missing or leads elsewhere, or when several lead to the Service
 */
function chooseHttpRoute(routes, name, service, namespace) {
    if (name !== undefined) {
        const route = routes.find(({ metadata }) => metadata?.name === name);
        if (!route)
            throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`There is no HTTPRoute ${namespace}/${name}. Name the route that leads to Service ${service} with \`route:\`.`);
        return refuseUnless((0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .leadsTo */ .Rs)(route, service), route, service, namespace);
    }
    const leading = routes.filter((route) => (0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .leadsTo */ .Rs)(route, service));
    if (leading.length > 1) {
        const names = leading.map(({ metadata }) => metadata?.name).join(', ');
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`Several HTTPRoutes send traffic to Service ${namespace}/${service}: ${names}. Say with \`route:\` which one is split.`);
    }
    return leading[0];
}
function refuseUnless(leads, route, service, namespace) {
    if (leads)
        return route;
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`HTTPRoute ${namespace}/${route.metadata?.name} does not send traffic to Service ${service}.\n` +
        `It names: ${(0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .namedBackends */ .tv)(route).join(', ') || 'no Service'}.\n` +
        `Point \`service:\` at one of them, or add ${service} to the route.`);
}
/** @throws UserError when a rule of the route sends traffic to something besides the Service: a share of the rule would not be one of the app */
function refuseShared(route, backends) {
    const shared = (0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .rulesOf */ .fD)(route).flatMap((rule, index) => {
        const others = (0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .servicesBeside */ .VJ)(rule, backends);
        return others.length > 0 ? [`rule ${index} also sends traffic to ${others.join(', ')}`] : [];
    });
    if (shared.length === 0)
        return;
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`HTTPRoute ${route.metadata?.namespace}/${route.metadata?.name} splits its traffic already: ${shared.join('; ')}. ` +
        `A share of such a rule would not be a share of what Service ${backends.stable} gets. Lead the rule to ${backends.stable} alone for the release.`);
}
/** @throws UserError when a weight of the route is so large that a hundredth of the share can't be expressed beside it */
function refuseIndivisible(route, backends) {
    try {
        (0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .withCanaryShare */ .W0)((0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .rulesOf */ .fD)(route), backends, (0,_route_weights_js__WEBPACK_IMPORTED_MODULE_3__/* .rememberWeights */ .D_)(route, backends), 100);
    }
    catch (cause) {
        if (!(cause instanceof RangeError))
            throw cause;
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`The weights of HTTPRoute ${route.metadata?.namespace}/${route.metadata?.name} are too large to be divided by percent: ${cause.message}. Divide all weights of the rule by the same number.`, { cause });
    }
}
/** @throws UserError when no controller serves the route, so that nobody would ever act on a weight */
function refuseUnaccepted({ metadata, status }) {
    const accepted = (status?.parents ?? []).flatMap(({ conditions = [] }) => conditions.filter(({ type }) => type === 'Accepted'));
    if (accepted.some(({ status: value }) => value === 'True'))
        return;
    const said = accepted.map(({ reason, message }) => `${reason}: ${message}`).join('; ') || 'none has reported on it';
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`No controller has accepted HTTPRoute ${metadata?.namespace}/${metadata?.name} (${said}). Point its parentRefs at a Gateway that is served, or use \`router: replicas\`.`);
}
//# sourceMappingURL=find-http-route.js.map

/***/ }),

/***/ 172:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D_: () => (/* binding */ rememberWeights),
/* harmony export */   EC: () => (/* binding */ backendOf),
/* harmony export */   Rs: () => (/* binding */ leadsTo),
/* harmony export */   VJ: () => (/* binding */ servicesBeside),
/* harmony export */   W0: () => (/* binding */ withCanaryShare),
/* harmony export */   fD: () => (/* binding */ rulesOf),
/* harmony export */   tP: () => (/* binding */ withZeroWeight),
/* harmony export */   tv: () => (/* binding */ namedBackends),
/* harmony export */   vQ: () => (/* binding */ withoutCanary)
/* harmony export */ });
/* unused harmony export ruleIdentity */
/** Highest weight that a backend may have (gateway-api apis/v1/shared_types.go). */
const MAX_WEIGHT = 1_000_000;
const isService = (backend, name) => backend.name === name && (backend.kind ?? 'Service') === 'Service' && (backend.group ?? '') === '';
/** The backend of a rule that is this Service. */
const backendOf = (rule, name) => rule.backendRefs?.find((backend) => isService(backend, name));
/** What tells a rule from the others whatever its place: its name, or else what it matches. */
const ruleIdentity = (rule) => rule.name ?? JSON.stringify(rule.matches ?? []);
const rulesOf = (route) => route.spec?.rules ?? [];
/** Whether any rule sends traffic to the Service. */
const leadsTo = (route, service) => rulesOf(route).some((rule) => backendOf(rule, service));
/** The names of the Services that the rules lead to, with the rule's number, for messages: `menu (rule 1)`. */
const namedBackends = (route) => rulesOf(route).flatMap((rule, index) => (rule.backendRefs ?? []).map(({ name }) => `${name} (rule ${index})`));
/** Where a rule that leads to stable sends traffic besides: other backends, or stable once more (by another port, say). */
function servicesBeside(rule, { stable }) {
    const chosen = backendOf(rule, stable);
    if (!chosen)
        return [];
    return (rule.backendRefs ?? []).filter((backend) => backend !== chosen && backend.weight !== 0).map(({ name }) => name);
}
/** The weights that stable's backends have before the release. */
const rememberWeights = (route, { stable }) => rulesOf(route).flatMap((rule) => {
    const backend = backendOf(rule, stable);
    return backend ? [{ rule: ruleIdentity(rule), weight: backend.weight ?? null }] : [];
});
/**
 * The rules with the canary's share written in: stable's own weight W becomes W × (100 − percent) and the canary's W × percent, and the
 * weights of all other backends of the rule grow by the same 100, so that their shares stay.
 * @throws RangeError when a weight would exceed what the API allows
 */
function withCanaryShare(rules, backends, memory, percent) {
    return rules.map((rule) => {
        const stable = backendOf(rule, backends.stable);
        if (!stable)
            return rule;
        const listed = backendOf(rule, backends.canary);
        const original = originalWeight(rule, stable, listed, memory);
        const factor = listed ? 1 : 100;
        const canary = { ...stable, ...listed, name: backends.canary, weight: checked(original * percent) };
        const others = (rule.backendRefs ?? []).filter((backend) => backend !== listed);
        const weighted = others.map((backend) => ({
            ...backend,
            weight: checked(backend === stable ? original * (100 - percent) : (backend.weight ?? 1) * factor),
        }));
        const at = weighted.findIndex(({ name }) => name === backends.stable) + 1;
        return { ...rule, backendRefs: [...weighted.slice(0, at), canary, ...weighted.slice(at)] };
    });
}
/** Share 0 in the rules that list the canary; a rule that does not is left alone, so that an early abort adds nothing. */
const withZeroWeight = (rules, backends, memory) => rules.flatMap((rule) => (backendOf(rule, backends.canary) ? withCanaryShare([rule], backends, memory, 0) : [rule]));
/** The rules as they would be had there been no release: the canary gone, the weights back; edits of others stay. */
function withoutCanary(rules, backends, memory) {
    return rules.map((rule) => {
        const canary = backendOf(rule, backends.canary);
        const stable = backendOf(rule, backends.stable);
        if (!canary)
            return rule;
        const remaining = (rule.backendRefs ?? []).filter((backend) => backend !== canary);
        return {
            ...rule,
            backendRefs: remaining.map((backend) => backend === stable ? restoredStable(rule, stable, canary, memory) : restoredOther(backend)),
        };
    });
}
function restoredStable(rule, stable, canary, memory) {
    const { weight: _, ...rest } = stable;
    const remembered = memory.find(({ rule: identity }) => identity === ruleIdentity(rule));
    if (remembered?.weight === null)
        return rest;
    return { ...rest, weight: originalWeight(rule, stable, canary, memory) };
}
function restoredOther(backend) {
    const before = (backend.weight ?? 1) / 100;
    return Number.isInteger(before) ? { ...backend, weight: before } : backend;
}
function originalWeight(rule, stable, listed, memory) {
    const remembered = memory.find(({ rule: identity }) => identity === ruleIdentity(rule));
    if (remembered)
        return remembered.weight ?? 1;
    // A rule that somebody added mid-release: with the canary in it, the sum is 100 times the original.
    return listed ? Math.max(1, Math.round(((stable.weight ?? 1) + (listed.weight ?? 1)) / 100)) : (stable.weight ?? 1);
}
function checked(weight) {
    if (weight > MAX_WEIGHT)
        throw new RangeError(`a backend would need weight ${weight}, above the ${MAX_WEIGHT} that the Gateway API allows`);
    return weight;
}
//# sourceMappingURL=route-weights.js.map

/***/ }),

/***/ 9:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ withTesterRules),
/* harmony export */   l: () => (/* binding */ withoutTesterRules)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(537);
/* harmony import */ var _route_weights_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(172);


/** As many rules as a route may have (gateway-api apis/v1/httproute_types.go). */
const MAX_RULES = 16;
/** A rule that leads to the canary alone can only be ours: others do not know of it. */
const isTesterRule = (rule, { canary }) => rule.backendRefs?.length === 1 && (0,_route_weights_js__WEBPACK_IMPORTED_MODULE_0__/* .backendOf */ .EC)(rule, canary) !== undefined;
const withoutTesterRules = (rules, backends) => rules.filter((rule) => !isTesterRule(rule, backends));
/**
 * In front of each rule that leads to stable, one with the same matches and filters that leads the testers to the canary. More header matches
 * make a rule more specific, so it wins on every implementation.
 * @throws UserError when the route can't have such rules
 */
function withTesterRules(rules, backends, testers) {
    const others = withoutTesterRules(rules, backends);
    if (testers === undefined)
        return others;
    const all = others.flatMap((rule) => {
        const stable = (0,_route_weights_js__WEBPACK_IMPORTED_MODULE_0__/* .backendOf */ .EC)(rule, backends.stable);
        if (!stable)
            return [rule];
        const matches = (rule.matches ?? [{}]).flatMap((match) => headersOf(testers).map((header) => withHeader(match, header)));
        const { name: _, ...rest } = rule;
        return [{ ...rest, matches, backendRefs: [{ ...stable, name: backends.canary, weight: 1 }] }, rule];
    });
    if (all.length > MAX_RULES) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`With rules for \`header\` or \`cookie\` the route would have ${all.length} rules, and it may have ${MAX_RULES}. Leave them out, or split the route.`);
    }
    return all;
}
const headersOf = ({ header, cookie }) => [
    ...(header ? [{ name: header.name, type: 'Exact', value: header.value }] : []),
    ...(cookie ? [{ name: 'cookie', type: 'RegularExpression', value: cookiePattern(cookie) }] : []),
];
/** Implementations differ in whether a pattern must match the whole value; this one does either way. */
const cookiePattern = ({ name, value }) => `^(.*;\\s*)?${quoted(name)}=${quoted(value)}(\\s*;.*)?$`;
const quoted = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
function withHeader(match, header) {
    const taken = match.headers?.find(({ name }) => name.toLowerCase() === header.name.toLowerCase());
    if (taken) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`A rule of the route already matches the header ${taken.name}, and a match can name a header only once. Choose another header for the testers.`);
    }
    return { ...match, headers: [...(match.headers ?? []), header] };
}
//# sourceMappingURL=testers.js.map

/***/ }),

/***/ 494:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ matchLabels),
/* harmony export */   k: () => (/* binding */ selects)
/* harmony export */ });
/** A label selector that demands every one of the labels. */
const matchLabels = (labels) => Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
/**
 * Whether a selector matches labels: an empty selector matches everything, none at all matches nothing
 * (apimachinery `pkg/apis/meta/v1/helpers.go`, LabelSelectorAsSelector).
 */
function selects(selector, labels) {
    if (selector === undefined)
        return false;
    const all = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
    return all && (selector.matchExpressions ?? []).every((term) => matchesTerm(term, labels));
}
function matchesTerm({ key, operator, values = [] }, labels) {
    const value = labels[key];
    switch (operator) {
        case 'In':
            return value !== undefined && values.includes(value);
        case 'NotIn':
            return value === undefined || !values.includes(value);
        case 'Exists':
            return value !== undefined;
        case 'DoesNotExist':
            return value === undefined;
        default:
            return false;
    }
}
//# sourceMappingURL=selection.js.map

/***/ }),

/***/ 915:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   rn: () => (/* binding */ raiseMinimum),
/* harmony export */   xI: () => (/* binding */ planAutoscaler),
/* harmony export */   zW: () => (/* binding */ restoreMinimum)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(537);
/* harmony import */ var _edit_object_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(976);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(615);
/* harmony import */ var _ownership_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(241);




/**
 * Plans to keep stable at its size: traffic that moves to the canary would let the autoscaler take pods away that an abort needs at once.
 * @returns undefined when there is no autoscaler, or none that would scale below this size
 * @throws UserError for an autoscaler that something else writes, or several
 */
function planAutoscaler(autoscalers, deployment, stableReplicas) {
    const ours = autoscalers.filter(({ spec }) => spec?.scaleTargetRef.kind === 'Deployment' && spec.scaleTargetRef.name === deployment);
    const [autoscaler] = ours;
    if (!autoscaler)
        return undefined;
    const name = autoscaler.metadata?.name ?? '';
    const keda = autoscaler.metadata?.ownerReferences?.find(({ kind }) => kind === 'ScaledObject');
    if (keda) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`Deployment ${deployment} is scaled by KEDA (ScaledObject ${keda.name}), which would write its own minimum back during the release and may scale stable to 0. ` +
            'Pause it for the release with the annotation `autoscaling.keda.sh/paused: "true"`, and take that away afterwards.');
    }
    if (ours.length > 1) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`Several HorizontalPodAutoscalers scale Deployment ${deployment}: ${ours.map(({ metadata }) => metadata?.name).join(', ')}. They work against each other; keep one.`);
    }
    const minReplicas = autoscaler.spec?.minReplicas ?? 1;
    const raisedTo = Math.min(stableReplicas, autoscaler.spec?.maxReplicas ?? stableReplicas);
    return raisedTo > minReplicas ? { name, minReplicas, raisedTo } : undefined;
}
/** Raises the minimum as planned; one that somebody else raised further stays. */
async function raiseMinimum(cluster, deployment, { name, raisedTo }, signal) {
    await writeMinimum(cluster, deployment, name, (current) => (current < raisedTo ? raisedTo : current), signal);
}
/** Puts the minimum back as it was, unless somebody else has changed it since, and gives up our claim on it. */
async function restoreMinimum(cluster, deployment, memory, signal) {
    const { name, minReplicas, raisedTo } = memory;
    await writeMinimum(cluster, deployment, name, (current) => (current === raisedTo ? minReplicas : current), signal);
    await (0,_ownership_js__WEBPACK_IMPORTED_MODULE_2__/* .giveUpOwnership */ .S)(cluster, _kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .HORIZONTAL_POD_AUTOSCALER */ .xG, name, signal);
}
/** Only of an autoscaler of this Deployment: the name comes out of the record. */
const writeMinimum = (cluster, deployment, name, change, signal) => (0,_edit_object_js__WEBPACK_IMPORTED_MODULE_0__/* .editObject */ .s)(cluster, _kinds_js__WEBPACK_IMPORTED_MODULE_1__/* .HORIZONTAL_POD_AUTOSCALER */ .xG, name, ({ spec }) => {
    const current = spec?.minReplicas ?? 1;
    const wanted = spec?.scaleTargetRef.name === deployment ? change(current) : current;
    return wanted === current ? [] : [{ op: 'add', path: '/spec/minReplicas', value: wanted }];
}, signal);
//# sourceMappingURL=autoscaler.js.map

/***/ }),

/***/ 127:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Lp: () => (/* binding */ imageIn),
/* harmony export */   N4: () => (/* binding */ replicasOf),
/* harmony export */   dc: () => (/* binding */ backendsOf),
/* harmony export */   kW: () => (/* binding */ templateOf),
/* harmony export */   mh: () => (/* binding */ canaryName),
/* harmony export */   uW: () => (/* binding */ readApp)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(537);
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(615);


/** The two Services that share an app's traffic during a release. */
const backendsOf = (app) => ({ stable: app.service.metadata?.name ?? '', canary: canaryName(app.name) });
const canaryName = (app) => `${app}-canary`;
/**
 * Reads the app; everything that is missing or unfit is added to `problems` and nothing is changed.
 * @returns no app when there was a problem; and all Services, for whoever asks which others lead to it
 */
async function readApp(cluster, names, problems, signal) {
    const deploymentName = names.deployment ?? names.app;
    const serviceName = names.service ?? names.app;
    const [deployment, services] = await Promise.all([
        cluster.read(_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DEPLOYMENT */ .uH, deploymentName, signal),
        cluster.list(_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .SERVICE */ .YV, {}, signal),
    ]);
    const service = services.find(({ metadata }) => metadata?.name === serviceName);
    const where = `${cluster.namespace}/`;
    if (!deployment)
        problems.add((await otherKind(cluster, deploymentName, signal)) ??
            `There is no Deployment ${where}${deploymentName}. Name it with \`deployment:\`, or create it first.`);
    if (!service)
        problems.add(`There is no Service ${where}${serviceName}. Name it with \`service:\`, or create it first.`);
    if (!deployment || !service)
        return { app: undefined, services };
    refuseUnfitDeployment(deployment, where, problems);
    refuseUnfitService(service, deployment, where, problems);
    const container = await problems.gather(() => chooseContainer(deployment, names.container));
    const app = container === undefined ? undefined : { name: names.app, namespace: cluster.namespace, deployment, service, container };
    return { app, services };
}
/** What has the name that a Deployment was looked for by, and why it can't be released so; undefined when nobody may look, or nothing has it. */
async function otherKind(cluster, name, signal) {
    const exists = (kind) => cluster.read(kind, name, signal).then((object) => object !== undefined, () => false);
    const [isStateful, isDaemon] = await Promise.all([exists(_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .STATEFUL_SET */ .cw), exists(_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .DAEMON_SET */ .E2)]);
    const where = `${cluster.namespace}/${name}`;
    if (isStateful)
        return `${where} is a StatefulSet: each of its pods has a name and a volume of its own, so a second set beside it would be another database, not a canary. Only Deployments can be released by share of the traffic.`;
    if (isDaemon)
        return `${where} is a DaemonSet: it has one pod on each node, so there is no share of pods or traffic to give a canary. Only Deployments can be released by share of the traffic.`;
    return undefined;
}
function refuseUnfitDeployment(deployment, where, problems) {
    const name = `Deployment ${where}${deployment.metadata?.name}`;
    const strategy = deployment.spec?.strategy;
    if (strategy?.type === 'Recreate') {
        problems.add(`${name} has strategy Recreate, which stops every pod before the next starts, so requests would be lost. Set strategy RollingUpdate.`);
    }
    const replicas = replicasOf(deployment);
    const maxUnavailable = String(strategy?.rollingUpdate?.maxUnavailable ?? '');
    if (maxUnavailable === '100%' || (/^\d+$/.test(maxUnavailable) && replicas > 0 && Number(maxUnavailable) >= replicas)) {
        problems.add(`${name} has maxUnavailable ${maxUnavailable}, so an update may stop every pod at once. Set maxUnavailable to 0.`);
    }
    if (deployment.spec?.revisionHistoryLimit === 0) {
        problems.add(`${name} keeps no old revisions (revisionHistoryLimit 0), so there would be nothing to go back to. Set it to 1 or more.`);
    }
    if (replicas === 0) {
        problems.add(`${name} is scaled to 0, so there is no stable version to release against. Scale it up first.`);
    }
}
function refuseUnfitService(service, deployment, where, problems) {
    const name = `Service ${where}${service.metadata?.name}`;
    const selector = Object.entries(service.spec?.selector ?? {});
    if (selector.length === 0) {
        problems.add(`${name} selects nothing (it has no selector), so it can't lead to the canary or to stable. Give it a selector.`);
        return;
    }
    const labels = deployment.spec?.template.metadata?.labels ?? {};
    const unmatched = selector.filter(([key, value]) => labels[key] !== value);
    if (unmatched.length > 0) {
        const wants = unmatched.map(([key, value]) => `${key}=${value}`).join(', ');
        problems.add(`${name} does not lead to the pods of Deployment ${where}${deployment.metadata?.name}: they lack ${wants}. Name the right Service with \`service:\`.`);
    }
}
function chooseContainer(deployment, asked) {
    const names = podSpecOf(deployment).containers.map(({ name }) => name);
    const deploymentName = deployment.metadata?.name;
    if (asked !== undefined && !names.includes(asked)) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`Deployment ${deploymentName} has no container ${asked}; it has ${names.join(', ')}. Name one of them with \`container:\`.`);
    }
    const [only] = names;
    if (asked !== undefined)
        return asked;
    if (only !== undefined && names.length === 1)
        return only;
    throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`Deployment ${deploymentName} has several containers (${names.join(', ')}). Say with \`container:\` which one is released.`);
}
const podSpecOf = (deployment) => {
    const spec = deployment.spec?.template.spec;
    if (!spec)
        throw new Error(`Deployment ${deployment.metadata?.name} has no pod template`);
    return spec;
};
const replicasOf = (deployment) => deployment.spec?.replicas ?? 1;
/** The pod template of a Deployment, without the fields that controllers add. */
function templateOf(deployment) {
    const template = deployment.spec?.template;
    if (!template)
        throw new Error(`Deployment ${deployment.metadata?.name} has no pod template`);
    return template;
}
const findContainer = (template, name) => {
    const container = template.spec?.containers.find((candidate) => candidate.name === name);
    if (!container)
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`The pod template has no container ${name} any more; somebody changed the Deployment. Nothing has been changed.`);
    return container;
};
/** The image that a template asks for in one of its containers. */
const imageIn = (template, container) => findContainer(template, container).image ?? '';
//# sourceMappingURL=app.js.map

/***/ }),

/***/ 17:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   TK: () => (/* binding */ withCanaryConfig),
/* harmony export */   a: () => (/* binding */ canaryConfigName),
/* harmony export */   dy: () => (/* binding */ formerConfigName),
/* harmony export */   sq: () => (/* binding */ configCopy)
/* harmony export */ });
/** The name under which a ConfigMap travels with the canary. */
const canaryConfigName = (name) => `${name}-canary`;
/** The name under which what stable had is kept, for as long as the release may be rolled back. */
const formerConfigName = (name) => `${name}-d9-former`;
/** The fields that name a ConfigMap, wherever they stand in a pod: volumes, projected volumes, envFrom, env. */
const REFERENCES = new Set(['configMap', 'configMapRef', 'configMapKeyRef']);
/** The pod template with the canary's ConfigMaps in the place of stable's. */
function withCanaryConfig(template, configMaps) {
    const names = new Set(configMaps.map(({ name }) => name));
    const rename = (value, key = '') => {
        if (Array.isArray(value))
            return value.map((item) => rename(item));
        if (typeof value !== 'object' || value === null)
            return value;
        const renamed = Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, rename(item, inner)]));
        return REFERENCES.has(key) && names.has(renamed.name)
            ? { ...renamed, name: canaryConfigName(renamed.name) }
            : renamed;
    };
    return names.size === 0 ? template : rename(template);
}
/** A copy of a ConfigMap's content under another name. */
const configCopy = (name, content, metadata) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, name },
    ...(content.data && { data: content.data }),
    ...(content.binaryData && { binaryData: content.binaryData }),
});
//# sourceMappingURL=canary-config.js.map

/***/ }),

/***/ 865:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ listCanaryPods)
/* harmony export */ });
/* harmony import */ var _kinds_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(615);
/* harmony import */ var _selection_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(494);
/* harmony import */ var _canary_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(51);
/* harmony import */ var _pod_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(639);




/** The ReplicaSet stops pods with a lower cost first (pkg/controller/controller_utils.go, ActivePodsWithRanks). */
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
/**
 * Has exactly `count` of the canary's pods listed behind their Service. A pod leaves the endpoints by a label and goes on answering, so that no
 * request meets a pod that is being stopped; its Deployment stops it before the others once it is scaled down.
 * @returns whether anything was changed, so that the proxies have to hear of it
 */
async function listCanaryPods(cluster, app, isolation, count, signal) {
    const [key, value] = (0,_canary_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .endpointLabel */ .md)(app, isolation);
    const all = await cluster.list(_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD */ .Sm, { labels: (0,_selection_js__WEBPACK_IMPORTED_MODULE_3__/* .matchLabels */ .X)((0,_canary_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .canarySelector */ .sH)(app, isolation)) }, signal);
    const pods = all.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    const isListed = ({ metadata }) => metadata?.labels?.[key] === value;
    const listed = pods.filter(isListed).sort((a, b) => Number((0,_pod_js__WEBPACK_IMPORTED_MODULE_2__/* .isReady */ .i_)(b)) - Number((0,_pod_js__WEBPACK_IMPORTED_MODULE_2__/* .isReady */ .i_)(a)));
    const label = (pod, to) => cluster.merge(_kinds_js__WEBPACK_IMPORTED_MODULE_0__/* .POD */ .Sm, pod.metadata?.name ?? '', { metadata: { labels: { [key]: to }, annotations: { [DELETION_COST]: to === null ? '-1000' : null } } }, signal);
    const leaving = listed.slice(count);
    const returning = pods.filter((pod) => !isListed(pod)).slice(0, Math.max(0, count - listed.length));
    await Promise.all([...leaving.map((pod) => label(pod, null)), ...returning.map((pod) => label(pod, value))]);
    return leaving.length + returning.length > 0;
}
//# sourceMappingURL=canary-endpoints.js.map

/***/ }),

/***/ 51:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Bu: () => (/* binding */ isolationCandidates),
/* harmony export */   Kf: () => (/* binding */ MANAGED_BY),
/* harmony export */   Qh: () => (/* binding */ canaryMetadata),
/* harmony export */   Rt: () => (/* binding */ canaryPodLabels),
/* harmony export */   YH: () => (/* binding */ canaryService),
/* harmony export */   Yh: () => (/* binding */ canaryBudget),
/* harmony export */   Yw: () => (/* binding */ canaryDeployment),
/* harmony export */   bZ: () => (/* binding */ APP_LABEL),
/* harmony export */   ct: () => (/* binding */ ownLabels),
/* harmony export */   hz: () => (/* binding */ isolationLabel),
/* harmony export */   l5: () => (/* binding */ RELEASE_LABEL),
/* harmony export */   l8: () => (/* binding */ TRACK_LABEL),
/* harmony export */   md: () => (/* binding */ endpointLabel),
/* harmony export */   sH: () => (/* binding */ canarySelector)
/* harmony export */ });
/* harmony import */ var _action_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(537);
/* harmony import */ var _app_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(127);
/* harmony import */ var _canary_config_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(17);



const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'd9-actions' };
const TRACK_LABEL = 'd9.dev/track';
const APP_LABEL = 'd9.dev/app';
const RELEASE_LABEL = 'd9.dev/release';
/** An isolated canary's pod without it is no longer behind the canary's Service, and goes on answering. */
const SERVING_LABEL = 'd9.dev/serving';
/** The canary's Deployment: stable's pod template with the new image, under labels that keep it apart. */
function canaryDeployment({ app, image, replicas, releaseId, isolation }) {
    const { deployment } = app;
    const own = ownLabels(app, isolation);
    const template = app.next ? (0,_canary_config_js__WEBPACK_IMPORTED_MODULE_1__/* .withCanaryConfig */ .TK)(app.next.template, app.next.configMaps) : (0,_app_js__WEBPACK_IMPORTED_MODULE_0__/* .templateOf */ .kW)(deployment);
    return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { ...canaryMetadata(app, releaseId), name: (0,_app_js__WEBPACK_IMPORTED_MODULE_0__/* .canaryName */ .mh)(app.name) },
        spec: {
            replicas,
            selector: { matchLabels: canarySelector(app, isolation) },
            strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
            ...(deployment.spec?.minReadySeconds !== undefined && { minReadySeconds: deployment.spec.minReadySeconds }),
            ...(deployment.spec?.progressDeadlineSeconds !== undefined && {
                progressDeadlineSeconds: deployment.spec.progressDeadlineSeconds,
            }),
            template: {
                metadata: {
                    labels: canaryPodLabels(app, isolation),
                    annotations: { ...podAnnotations(template) },
                },
                spec: withImage(rewriteOwnTerms(template, own), app.container, image),
            },
        },
    };
}
/**
 * What the canary's Deployment counts as its own. Behind the stable Service (`shared`) a canary pod must be able to leave the endpoints by
 * losing a label that the Service selects by, without its Deployment starting another for it.
 */
const canarySelector = (app, isolation) => ({
    ...(isolation === 'isolated' && { ...app.deployment.spec?.selector.matchLabels, ...ownLabels(app, isolation) }),
    [APP_LABEL]: app.name,
    [TRACK_LABEL]: 'canary',
});
/** The labels of the canary's pods: stable's, with those in other values or besides that set them apart. */
const canaryPodLabels = (app, isolation) => ({
    ...podLabels(app, app.next?.template ?? (0,_app_js__WEBPACK_IMPORTED_MODULE_0__/* .templateOf */ .kW)(app.deployment)),
    ...ownLabels(app, isolation),
    ...Object.fromEntries([endpointLabel(app, isolation)]),
    [APP_LABEL]: app.name,
});
/**
 * The label by which a canary pod is listed behind its Service. Its Deployment does not select by it, so a pod that loses it leaves the
 * endpoints and is not replaced.
 */
const endpointLabel = ({ service }, isolation) => isolation === 'isolated' ? [SERVING_LABEL, 'true'] : (Object.entries(service.spec?.selector ?? {})[0] ?? ['', '']);
/** The canary's Service: stable's ports over the canary's pods. With `shared` there is none, the stable Service has them. */
function canaryService({ app, releaseId }) {
    const { service } = app;
    const ports = service.spec?.ports?.map(({ nodePort: _, ...port }) => port) ?? [];
    return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...canaryMetadata(app, releaseId), name: (0,_app_js__WEBPACK_IMPORTED_MODULE_0__/* .canaryName */ .mh)(app.name) },
        spec: {
            type: 'ClusterIP',
            selector: {
                ...service.spec?.selector,
                ...ownLabels(app, 'isolated'),
                ...Object.fromEntries([endpointLabel(app, 'isolated')]),
            },
            ports,
            ...(service.spec?.publishNotReadyAddresses && { publishNotReadyAddresses: true }),
        },
    };
}
/** The canary's PodDisruptionBudget: stable's rule over the canary's pods. One that asks for more pods than there are would forbid every drain of a node for nothing. */
function canaryBudget({ app, replicas, releaseId, isolation }, budget) {
    const { minAvailable, maxUnavailable } = budget;
    const atLeast = typeof minAvailable === 'number' ? Math.min(minAvailable, replicas) : minAvailable;
    return {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { ...canaryMetadata(app, releaseId), name: (0,_app_js__WEBPACK_IMPORTED_MODULE_0__/* .canaryName */ .mh)(app.name) },
        spec: {
            selector: { matchLabels: canarySelector(app, isolation) },
            ...(atLeast !== undefined && { minAvailable: atLeast }),
            ...(maxUnavailable !== undefined && { maxUnavailable }),
        },
    };
}
/**
 * The labels whose values set the canary's pods apart. One of the labels that both the Service and the Deployment select by gets
 * another value: the Service then leaves the canary alone, and neither Deployment counts the other's pods as its own.
 * @throws UserError when no label is in both selectors, or when the value would be too long
 */
function ownLabels(app, isolation) {
    const track = { [TRACK_LABEL]: 'canary' };
    if (isolation === 'shared')
        return track;
    const chosen = isolationLabel(app);
    if (!chosen) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`The canary can't be kept out of Service ${app.namespace}/${app.service.metadata?.name}: none of the labels that it selects by is in spec.selector of Deployment ${app.deployment.metadata?.name}, so changing it would orphan pods. ` +
            'Select by a label that the Deployment selects by too, or use `router: replicas`.');
    }
    const [key, value] = chosen;
    const own = `${value}-canary`;
    if (own.length > 63) {
        throw new _action_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`Label ${key} of the canary's pods would be ${own}, longer than the 63 characters that a label may have. Shorten its value.`);
    }
    return { [key]: own, ...track };
}
/** The label that sets an isolated canary apart, as stable has it. */
function isolationLabel(app) {
    const candidates = isolationCandidates(app);
    return app.isolationKey === undefined ? candidates[0] : candidates.find(([key]) => key === app.isolationKey);
}
/** The labels that are in both selectors, the ones that are usually mentioned elsewhere least first. */
function isolationCandidates({ deployment, service }) {
    const matched = deployment.spec?.selector.matchLabels ?? {};
    const candidates = Object.entries(service.spec?.selector ?? {}).filter(([key, value]) => matched[key] === value);
    return candidates.sort(([a], [b]) => isolationRank(a) - isolationRank(b) || a.localeCompare(b));
}
/** Labels from the one that policies and dashboards mention least to the one that names a tool; what is not listed comes after the second. */
const ISOLATION_ORDER = [
    'app.kubernetes.io/instance',
    'app.kubernetes.io/component',
    '',
    'app',
    'app.kubernetes.io/name',
    'app.kubernetes.io/managed-by',
];
function isolationRank(label) {
    const index = ISOLATION_ORDER.indexOf(label);
    return index === -1 ? ISOLATION_ORDER.indexOf('') : index;
}
/** What every object of ours says of itself, whatever its name. */
function canaryMetadata(app, releaseId) {
    return {
        namespace: app.namespace,
        labels: { ...MANAGED_BY, [TRACK_LABEL]: 'canary', [RELEASE_LABEL]: releaseId },
        ownerReferences: [ownerReference(app.deployment)],
    };
}
/** So that the canary goes when its Deployment is deleted; nothing is controlled, so nothing adopts it. */
const ownerReference = ({ metadata: owner }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: owner?.name ?? '',
    uid: owner?.uid ?? '',
    controller: false,
    blockOwnerDeletion: false,
});
/** Marks that tell a GitOps tool or a restart what to do belong to stable; the rest (scrape ports, sidecar switches) the canary needs too. */
const STABLE_ONLY = /^(kubectl\.kubernetes\.io\/(last-applied|restartedAt)|argocd\.argoproj\.io\/|.*\.toolkit\.fluxcd\.io\/|meta\.helm\.sh\/)/;
function podAnnotations(template) {
    const annotations = Object.entries(template.metadata?.annotations ?? {});
    return Object.fromEntries(annotations.filter(([key]) => !STABLE_ONLY.test(key)));
}
/** A mark of a GitOps tool is copied only where something is selected by it. */
function podLabels({ deployment, service }, template) {
    const selected = { ...deployment.spec?.selector.matchLabels, ...service.spec?.selector };
    const labels = Object.entries(template.metadata?.labels ?? {});
    return Object.fromEntries(labels.filter(([key]) => key in selected || !STABLE_ONLY.test(key)));
}
/** Own affinity and spread terms would otherwise still count stable's pods. */
function rewriteOwnTerms(template, own) {
    const before = template.metadata?.labels ?? {};
    const ownValue = (key, value) => (own[key] !== undefined && before[key] === value ? own[key] : value);
    const rewriteSelector = ({ matchLabels, matchExpressions, ...rest }) => ({
        ...rest,
        ...(matchLabels && {
            matchLabels: Object.fromEntries(Object.entries(matchLabels).map(([key, value]) => [key, ownValue(key, value)])),
        }),
        ...(matchExpressions && {
            matchExpressions: matchExpressions.map(({ values, ...term }) => ({
                ...term,
                ...(values && { values: values.map((value) => ownValue(term.key, value)) }),
            })),
        }),
    });
    // Only pods are selected by `labelSelector`; a `namespaceSelector` speaks of namespaces.
    const rewrite = (value) => {
        if (Array.isArray(value))
            return value.map(rewrite);
        if (value === null || typeof value !== 'object')
            return value;
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [
            key,
            key === 'labelSelector' ? rewriteSelector(inner) : rewrite(inner),
        ]));
    };
    const { affinity, topologySpreadConstraints, ...spec } = template.spec ?? { containers: [] };
    return {
        ...template,
        spec: {
            ...spec,
            ...(affinity && { affinity: rewrite(affinity) }),
            ...(topologySpreadConstraints && {
                topologySpreadConstraints: rewrite(topologySpreadConstraints),
            }),
        },
    };
}
const withImage = (template, container, image) => ({
    ...template.spec,
    containers: (template.spec?.containers ?? []).map((candidate) => candidate.name === container ? { ...candidate, image } : candidate),
});
//# sourceMappingURL=canary-objects.js.map

/***/ }),

/***/ 639:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   EP: () => (/* binding */ lastLogLines),
/* harmony export */   Fx: () => (/* binding */ describePod),
/* harmony export */   SH: () => (/* binding */ readySince),
/* harmony export */   cl: () => (/* binding */ runningImageId),
/* harmony export */   i_: () => (/* binding */ isReady),
/* harmony export */   xn: () => (/* binding */ startFailure)
/* harmony export */ });
/** Waiting reasons of the kubelet that mean "retrying, but nothing will change" (pkg/kubelet/images, pkg/kubelet/container). */
const HOPELESS = new Set([
    'CrashLoopBackOff',
    'ImagePullBackOff',
    'ErrImagePull',
    'ErrImageNeverPull',
    'InvalidImageName',
    'CreateContainerConfigError',
    'CreateContainerError',
    'RunContainerError',
]);
function isReady(pod) {
    return !pod.metadata?.deletionTimestamp && readyCondition(pod)?.status === 'True';
}
/** When the pod became ready, in milliseconds since the epoch; undefined while it is not. */
function readySince(pod) {
    const condition = isReady(pod) ? readyCondition(pod) : undefined;
    return condition?.lastTransitionTime === undefined ? undefined : new Date(condition.lastTransitionTime).getTime();
}
const readyCondition = (pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready');
/** @returns why the pod can't start, or undefined while it still may */
function startFailure(pod) {
    for (const status of containerStatuses(pod)) {
        const { waiting, terminated } = status.state ?? {};
        const last = terminated ?? status.lastState?.terminated;
        // What ran out of memory once and runs well now is no failure to start.
        if (last?.reason === 'OOMKilled' && !status.ready)
            return outOfMemory(pod, status);
        if (!waiting?.reason || !HOPELESS.has(waiting.reason))
            continue;
        const exit = last ? ` (exit code ${last.exitCode})` : '';
        const image = /Image|Pull/.test(waiting.reason) ? ` for image ${status.image}` : '';
        const message = waiting.message ? `: ${waiting.message}` : '';
        return { container: status.name, reason: `${waiting.reason}${image}${exit}${message}`, hasLog: last !== undefined };
    }
    return undefined;
}
/** Started again it would meet the same limit. */
function outOfMemory(pod, { name }) {
    const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
    const limit = all.find((container) => container.name === name)?.resources?.limits?.memory;
    const reason = `OOMKilled: it needed more memory than ${limit === undefined ? 'its node had' : `its limit of ${limit}`}`;
    return { container: name, reason, hasLog: true };
}
/** What the pod is doing, in the kubelet's own word: `ContainerCreating`, `Pending`, `not ready`. */
function describePod(pod) {
    const waiting = containerStatuses(pod).find(({ state }) => state?.waiting)?.state?.waiting?.reason;
    if (pod.status?.phase === 'Failed')
        return [pod.status.reason ?? 'Failed', ...(pod.status.message ? [pod.status.message] : [])].join(': ');
    const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
    if (unscheduled)
        return `${unscheduled.reason ?? 'not scheduled'}: ${unscheduled.message ?? ''}`;
    return waiting ?? (pod.status?.phase === 'Running' ? 'running, not ready' : (pod.status?.phase ?? 'Pending'));
}
const containerStatuses = (pod) => [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
];
/**
 * The last lines that the container wrote before it ended, for the error message; empty when they can't be had, because the message matters
 * more than they do.
 */
async function lastLogLines(cluster, pod, container, signal) {
    const path = `/api/v1/namespaces/${pod.metadata?.namespace}/pods/${pod.metadata?.name}/log`;
    for (const previous of ['true', 'false']) {
        const answer = await cluster
            .request({ method: 'GET', path, query: { container, tailLines: '5', previous }, timeoutMs: 3000, retry: false }, signal)
            .catch(() => undefined);
        if (answer?.status === 200 && answer.body.trim() !== '')
            return `\nIts last lines:\n${answer.body.trim().replace(/^/gm, '  ')}`;
    }
    return '';
}
/** The digest of the image that the container really runs, as the container runtime reports it. */
const runningImageId = (pod, container) => pod.status?.containerStatuses?.find(({ name }) => name === container)?.imageID ?? '';
//# sourceMappingURL=pod.js.map

/***/ }),

/***/ 27:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  As: () => (/* binding */ isComplete),
  h7: () => (/* binding */ refuseUnsettled),
  Py: () => (/* binding */ waitForEndpoints),
  gj: () => (/* binding */ waitForRollout)
});

// EXTERNAL MODULE: ./build/src/action/errors.js
var errors = __nccwpck_require__(537);
// EXTERNAL MODULE: ./build/src/lib/duration.js
var duration = __nccwpck_require__(81);
// EXTERNAL MODULE: ./build/src/target/kubernetes/cluster.js
var kubernetes_cluster = __nccwpck_require__(334);
// EXTERNAL MODULE: ./build/src/target/kubernetes/kinds.js
var kinds = __nccwpck_require__(615);
// EXTERNAL MODULE: ./build/src/target/kubernetes/selection.js
var selection = __nccwpck_require__(494);
// EXTERNAL MODULE: ./build/src/target/kubernetes/workload/pod.js
var workload_pod = __nccwpck_require__(639);
;// CONCATENATED MODULE: ./build/src/target/kubernetes/workload/pod-events.js

/** The scheduler says every few minutes that no node has room; an autoscaler that adds one says so within its 10 s scan interval. */
const HOPELESS_UNSCHEDULED_MS = 15_000;
const ADDS_A_NODE = new Set(['TriggeredScaleUp', 'Nominated']);
/**
 * @param waitedMs for how long the pod has been seen not starting
 * @returns nothing to say when the events can't be read: what happens to the pod matters more than why
 */
async function explainByEvents(cluster, pod, waitedMs, signal) {
    const fields = `involvedObject.uid=${pod.metadata?.uid}`;
    const events = await cluster.list(kinds/* EVENT */.ll, { fields }, signal).catch(() => []);
    return explain(events, pod, waitedMs);
}
/** The pure half of `explainByEvents`. */
function explain(events, pod, waitedMs) {
    const inOrder = events.toSorted((a, b) => timeOf(a) - timeOf(b));
    const reasons = new Set(inOrder.map(({ reason }) => reason ?? ''));
    const warning = inOrder.filter(({ type, reason }) => type === 'Warning' && reason !== 'FailedScheduling').at(-1);
    const text = warning ? `${warning.reason}: ${warning.message ?? ''}` : '';
    if (isUnschedulable(pod)) {
        const isHelped = [...ADDS_A_NODE].some((reason) => reasons.has(reason)) || pod.status?.nominatedNodeName !== undefined;
        const isGivenUp = reasons.has('NotTriggerScaleUp') || waitedMs >= HOPELESS_UNSCHEDULED_MS;
        return { text: isHelped ? 'a node is being made ready for it' : text, isHopeless: isGivenUp && !isHelped };
    }
    return {
        text,
        isHopeless: warning?.reason === 'FailedMount' && /not found|references non-existent/.test(warning.message ?? ''),
    };
}
const isUnschedulable = ({ status }) => status?.conditions?.some(({ type, status: value, reason }) => type === 'PodScheduled' && value === 'False' && reason === 'Unschedulable') ?? false;
const timeOf = ({ lastTimestamp, eventTime, metadata }) => new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
//# sourceMappingURL=pod-events.js.map
;// CONCATENATED MODULE: ./build/src/target/kubernetes/workload/rollout.js







const PROGRESS_EVERY_MS = 3000;
/** A version that can't start is to be named within three seconds of its node knowing. */
const LOOK_EVERY_MS = 2000;
/**
 * Waits until every replica of the Deployment runs its template and is available, and none of an older template is left.
 * @throws UserError as soon as a pod can't start, with the reason and its last log lines; and when `timeoutMs` is over
 */
async function waitForRollout(cluster, target, wait) {
    const either = new AbortController();
    const signal = AbortSignal.any([wait.signal, either.signal]);
    const progress = narrate(target, wait, signal);
    const complete = cluster.until(kinds/* DEPLOYMENT */.uH, { fields: `metadata.name=${target.deployment}` }, ([deployment]) => {
        if (!deployment)
            throw new errors/* UserError */.y(`Deployment ${cluster.namespace}/${target.deployment} was deleted while it was being waited for.`);
        progress.deployment(deployment);
        refuseReplicaFailure(deployment, cluster.namespace);
        return isComplete(deployment) || isStalled(deployment) ? deployment : undefined;
    }, { timeoutMs: wait.timeoutMs, since: target.written }, signal);
    const broken = cluster.until(kinds/* POD */.Sm, { labels: (0,selection/* matchLabels */.X)(target.labels) }, (pods) => {
        const ours = pods.filter((pod) => imageOf(pod, target.container) === target.image && !pod.metadata?.deletionTimestamp);
        progress.pods(ours);
        return ours.flatMap((pod) => brokenBy(pod, (0,workload_pod/* startFailure */.xn)(pod)))[0];
    }, { timeoutMs: wait.timeoutMs, piecemeal: true }, signal);
    const stuck = lookIntoStuck(cluster, progress, wait, signal);
    try {
        const first = await Promise.race([complete, broken, stuck]);
        if ('failure' in first)
            throw await startError(cluster, target, first, wait.signal);
        if (!isComplete(first))
            throw await unready(cluster, target, 'within its progressDeadlineSeconds', progress, wait.signal);
    }
    catch (error) {
        if (!(error instanceof kubernetes_cluster/* DeadlineError */.j))
            throw error;
        throw await unready(cluster, target, `after ${(0,duration/* formatDuration */.a)(wait.timeoutMs)}`, progress, wait.signal);
    }
    finally {
        either.abort(new Error('the rollout has been decided'));
        await Promise.allSettled([complete, broken, stuck, progress.ended]);
    }
}
const brokenBy = (pod, failure) => (failure ? [{ pod, failure }] : []);
/** A pod that neither starts nor fails is asked about: its events know of missing volumes, full nodes and failing probes. */
async function lookIntoStuck(cluster, progress, { clock }, signal) {
    const startedAt = clock.now();
    for (;;) {
        await clock.sleep(LOOK_EVERY_MS, signal);
        const pod = progress.stuck();
        if (!pod)
            continue;
        const { text, isHopeless } = await explainByEvents(cluster, pod, clock.now() - startedAt, signal);
        progress.explain(pod, text);
        if (isHopeless) {
            const reason = [(0,workload_pod/* describePod */.Fx)(pod), text].filter((part) => part !== '').join('; ');
            return { pod, failure: { container: '', reason, hasLog: false } };
        }
    }
}
async function startError(cluster, { role }, { pod, failure }, signal) {
    const { container, reason, hasLog } = failure;
    const lines = hasLog ? await (0,workload_pod/* lastLogLines */.EP)(cluster, pod, container, signal) : '';
    const where = `pod ${pod.metadata?.name}${container === '' ? '' : `, container ${container}`}`;
    return new errors/* UserError */.y(`The ${role} can't start: ${where}: ${reason}.${lines}`);
}
/** Nothing failed, it only never became ready: what its probes and its log say is all there is. */
async function unready(cluster, { role, container }, when, progress, signal) {
    const pod = progress.stuck();
    const lines = pod?.status?.phase === 'Running' ? await (0,workload_pod/* lastLogLines */.EP)(cluster, pod, container, signal) : '';
    return new errors/* UserError */.y(`The ${role} was not ready ${when}: ${progress.text()}.${lines}`);
}
/** Waits until the Service's EndpointSlices list at least `count` endpoints as ready. */
async function waitForEndpoints(cluster, service, count, wait) {
    try {
        await cluster.until(kinds/* ENDPOINT_SLICE */.$t, { labels: `kubernetes.io/service-name=${service}` }, (slices) => {
            const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
            return (endpoints.filter(({ conditions }) => conditions?.ready !== false && !conditions?.terminating).length >= count ||
                undefined);
        }, { timeoutMs: wait.timeoutMs, piecemeal: true }, wait.signal);
    }
    catch (error) {
        if (!(error instanceof kubernetes_cluster/* DeadlineError */.j))
            throw error;
        throw new errors/* UserError */.y(`Service ${cluster.namespace}/${service} did not list ${count} ready endpoints within ${(0,duration/* formatDuration */.a)(wait.timeoutMs)}.`, {
            cause: error,
        });
    }
}
/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment, as kubectl rollout status reads it. */
function isComplete({ metadata, spec, status }) {
    const wanted = spec?.replicas ?? 1;
    return ((status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
        (status?.updatedReplicas ?? 0) === wanted &&
        (status?.replicas ?? 0) === wanted &&
        (status?.availableReplicas ?? 0) === wanted);
}
/** The Deployment's own deadline is over (its controller's util/deployment_util.go, DeploymentTimedOut). */
const isStalled = ({ metadata, status }) => (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
    (status?.conditions?.some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded') ?? false);
/** @throws UserError when the Deployment is in the middle of a rollout, so that there is no one version to compare with or to go back to */
function refuseUnsettled(deployment) {
    if (isComplete(deployment))
        return;
    const { metadata, spec, status } = deployment;
    throw new errors/* UserError */.y(`Deployment ${metadata?.namespace}/${metadata?.name} is in the middle of a rollout: ${status?.updatedReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are updated, ${status?.availableReplicas ?? 0} available. ` +
        'A release starts from a stable that is whole. Wait for it, or mend it (kubectl rollout status). Nothing has been changed.');
}
/** Quota, admission and the like: the ReplicaSet controller could not even create a pod. */
function refuseReplicaFailure({ metadata, status }, namespace) {
    const failure = status?.conditions?.find(({ type, status: value }) => type === 'ReplicaFailure' && value === 'True');
    if (failure)
        throw new errors/* UserError */.y(`Deployment ${namespace}/${metadata?.name} can't create its pods: ${failure.message ?? failure.reason}`);
}
const imageOf = (pod, container) => pod.spec?.containers.find(({ name }) => name === container)?.image;
/** One line every few seconds: `canary 2/3 ready · pod x: ContainerCreating · 14s of 5m`; what goes wrong is said at once. */
function narrate(target, { clock, log, timeoutMs }, signal) {
    const startedAt = clock.now();
    const said = new Set();
    let ready = '';
    let stuck;
    let explained = '';
    const waiting = () => (stuck ? [`pod ${stuck.metadata?.name}: ${(0,workload_pod/* describePod */.Fx)(stuck)}`, ...(explained ? [explained] : [])] : []);
    const text = () => [`${target.role} ${ready}`, ...waiting()].join(' · ');
    const tick = async () => {
        for (;;) {
            await clock.sleep(PROGRESS_EVERY_MS, signal);
            log.info(`${text()} · ${(0,duration/* formatDuration */.a)(Math.floor((clock.now() - startedAt) / 1000) * 1000)} of ${(0,duration/* formatDuration */.a)(timeoutMs)}`);
        }
    };
    const once = (line) => {
        if (!said.has(line))
            log.info(line);
        said.add(line);
    };
    return {
        ended: tick().catch(() => undefined),
        text,
        /** The first pod that is not ready. */
        stuck: () => stuck,
        deployment({ spec, status }) {
            const ofOlderTemplates = (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
            ready = `${Math.max(0, (status?.availableReplicas ?? 0) - ofOlderTemplates)}/${spec?.replicas ?? 1} ready`;
        },
        pods(pods) {
            const before = stuck?.metadata?.uid;
            stuck = pods.find((candidate) => !(0,workload_pod/* isReady */.i_)(candidate));
            if (stuck?.metadata?.uid !== before)
                explained = '';
            if (stuck && isUnschedulable(stuck))
                once(`${target.role} pod ${stuck.metadata?.name}: ${(0,workload_pod/* describePod */.Fx)(stuck)}`);
        },
        explain(pod, reason) {
            explained = reason;
            if (reason !== '')
                once(`${target.role} pod ${pod.metadata?.name}: ${reason}`);
        },
    };
}
//# sourceMappingURL=rollout.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(870);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
