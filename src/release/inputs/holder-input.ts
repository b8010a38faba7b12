import { text } from '../../kernel/input-kinds.js';

/** For asking GitHub about the run that holds a release. */
export const holderInputs = {
  'github-token': {
    ...text({
      text: 'Token with `actions: read`, such as `github.token`: says whether the run that holds the release is still at work, when that is another one. A GitHub that does not answer changes nothing.',
    }),
    secret: true,
  },
};
