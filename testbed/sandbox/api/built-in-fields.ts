/**
 * The fields of the kinds whose unknown ones the sandbox refuses, and the types of their values, as @kubernetes/client-node has them; a test compares
 * the two. A copy, because loading the library takes longer than starting the sandbox.
 */
export const builtInFields: Readonly<Record<string, string>> = {
  V1AWSElasticBlockStoreVolumeSource: 'fsType:string partition:number readOnly:boolean volumeID:string',
  V1Affinity: 'nodeAffinity:V1NodeAffinity podAffinity:V1PodAffinity podAntiAffinity:V1PodAntiAffinity',
  V1AppArmorProfile: 'localhostProfile:string type:string',
  V1AzureDiskVolumeSource: 'cachingMode:string diskName:string diskURI:string fsType:string kind:string readOnly:boolean',
  V1AzureFileVolumeSource: 'readOnly:boolean secretName:string shareName:string',
  V1CSIVolumeSource:
    'driver:string fsType:string nodePublishSecretRef:V1LocalObjectReference readOnly:boolean volumeAttributes:Map<string>',
  V1Capabilities: 'add:Array<string> drop:Array<string>',
  V1CephFSVolumeSource:
    'monitors:Array<string> path:string readOnly:boolean secretFile:string secretRef:V1LocalObjectReference user:string',
  V1CinderVolumeSource: 'fsType:string readOnly:boolean secretRef:V1LocalObjectReference volumeID:string',
  V1ClientIPConfig: 'timeoutSeconds:number',
  V1ClusterTrustBundleProjection: 'labelSelector:V1LabelSelector name:string optional:boolean path:string signerName:string',
  V1Condition: 'lastTransitionTime:Date message:string observedGeneration:number reason:string status:string type:string',
  V1ConfigMap: 'apiVersion:string binaryData:Map<string> data:Map<string> immutable:boolean kind:string metadata:V1ObjectMeta',
  V1ConfigMapEnvSource: 'name:string optional:boolean',
  V1ConfigMapKeySelector: 'key:string name:string optional:boolean',
  V1ConfigMapProjection: 'items:Array<V1KeyToPath> name:string optional:boolean',
  V1ConfigMapVolumeSource: 'defaultMode:number items:Array<V1KeyToPath> name:string optional:boolean',
  V1Container:
    'args:Array<string> command:Array<string> env:Array<V1EnvVar> envFrom:Array<V1EnvFromSource> image:string imagePullPolicy:string lifecycle:V1Lifecycle livenessProbe:V1Probe name:string ports:Array<V1ContainerPort> readinessProbe:V1Probe resizePolicy:Array<V1ContainerResizePolicy> resources:V1ResourceRequirements restartPolicy:string restartPolicyRules:Array<V1ContainerRestartRule> securityContext:V1SecurityContext startupProbe:V1Probe stdin:boolean stdinOnce:boolean terminationMessagePath:string terminationMessagePolicy:string tty:boolean volumeDevices:Array<V1VolumeDevice> volumeMounts:Array<V1VolumeMount> workingDir:string',
  V1ContainerPort: 'containerPort:number hostIP:string hostPort:number name:string protocol:string',
  V1ContainerResizePolicy: 'resourceName:string restartPolicy:string',
  V1ContainerRestartRule: 'action:string exitCodes:V1ContainerRestartRuleOnExitCodes',
  V1ContainerRestartRuleOnExitCodes: 'operator:string values:Array<number>',
  V1Deployment: 'apiVersion:string kind:string metadata:V1ObjectMeta spec:V1DeploymentSpec status:V1DeploymentStatus',
  V1DeploymentCondition: 'lastTransitionTime:Date lastUpdateTime:Date message:string reason:string status:string type:string',
  V1DeploymentSpec:
    'minReadySeconds:number paused:boolean progressDeadlineSeconds:number replicas:number revisionHistoryLimit:number selector:V1LabelSelector strategy:V1DeploymentStrategy template:V1PodTemplateSpec',
  V1DeploymentStrategy: 'rollingUpdate:V1RollingUpdateDeployment type:string',
  V1DownwardAPIProjection: 'items:Array<V1DownwardAPIVolumeFile>',
  V1DownwardAPIVolumeFile: 'fieldRef:V1ObjectFieldSelector mode:number path:string resourceFieldRef:V1ResourceFieldSelector',
  V1DownwardAPIVolumeSource: 'defaultMode:number items:Array<V1DownwardAPIVolumeFile>',
  V1EmptyDirVolumeSource: 'medium:string sizeLimit:string',
  V1EnvFromSource: 'configMapRef:V1ConfigMapEnvSource prefix:string secretRef:V1SecretEnvSource',
  V1EnvVar: 'name:string value:string valueFrom:V1EnvVarSource',
  V1EnvVarSource:
    'configMapKeyRef:V1ConfigMapKeySelector fieldRef:V1ObjectFieldSelector fileKeyRef:V1FileKeySelector resourceFieldRef:V1ResourceFieldSelector secretKeyRef:V1SecretKeySelector',
  V1EphemeralContainer:
    'args:Array<string> command:Array<string> env:Array<V1EnvVar> envFrom:Array<V1EnvFromSource> image:string imagePullPolicy:string lifecycle:V1Lifecycle livenessProbe:V1Probe name:string ports:Array<V1ContainerPort> readinessProbe:V1Probe resizePolicy:Array<V1ContainerResizePolicy> resources:V1ResourceRequirements restartPolicy:string restartPolicyRules:Array<V1ContainerRestartRule> securityContext:V1SecurityContext startupProbe:V1Probe stdin:boolean stdinOnce:boolean targetContainerName:string terminationMessagePath:string terminationMessagePolicy:string tty:boolean volumeDevices:Array<V1VolumeDevice> volumeMounts:Array<V1VolumeMount> workingDir:string',
  V1EphemeralVolumeSource: 'volumeClaimTemplate:V1PersistentVolumeClaimTemplate',
  V1ExecAction: 'command:Array<string>',
  V1FCVolumeSource: 'fsType:string lun:number readOnly:boolean targetWWNs:Array<string> wwids:Array<string>',
  V1FileKeySelector: 'key:string optional:boolean path:string volumeName:string',
  V1FlexVolumeSource: 'driver:string fsType:string options:Map<string> readOnly:boolean secretRef:V1LocalObjectReference',
  V1FlockerVolumeSource: 'datasetName:string datasetUUID:string',
  V1GCEPersistentDiskVolumeSource: 'fsType:string partition:number pdName:string readOnly:boolean',
  V1GRPCAction: 'port:number service:string',
  V1GitRepoVolumeSource: 'directory:string repository:string revision:string',
  V1GlusterfsVolumeSource: 'endpoints:string path:string readOnly:boolean',
  V1HTTPGetAction: 'host:string httpHeaders:Array<V1HTTPHeader> path:string port:IntOrString scheme:string',
  V1HTTPHeader: 'name:string value:string',
  V1HostAlias: 'hostnames:Array<string> ip:string',
  V1HostPathVolumeSource: 'path:string type:string',
  V1ISCSIVolumeSource:
    'chapAuthDiscovery:boolean chapAuthSession:boolean fsType:string initiatorName:string iqn:string iscsiInterface:string lun:number portals:Array<string> readOnly:boolean secretRef:V1LocalObjectReference targetPortal:string',
  V1ImageVolumeSource: 'pullPolicy:string reference:string',
  V1KeyToPath: 'key:string mode:number path:string',
  V1LabelSelector: 'matchExpressions:Array<V1LabelSelectorRequirement> matchLabels:Map<string>',
  V1LabelSelectorRequirement: 'key:string operator:string values:Array<string>',
  V1Lifecycle: 'postStart:V1LifecycleHandler preStop:V1LifecycleHandler stopSignal:string',
  V1LifecycleHandler: 'exec:V1ExecAction httpGet:V1HTTPGetAction sleep:V1SleepAction tcpSocket:V1TCPSocketAction',
  V1LoadBalancerIngress: 'hostname:string ip:string ipMode:string ports:Array<V1PortStatus>',
  V1LocalObjectReference: 'name:string',
  V1NFSVolumeSource: 'path:string readOnly:boolean server:string',
  V1NodeAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:Array<V1PreferredSchedulingTerm> requiredDuringSchedulingIgnoredDuringExecution:V1NodeSelector',
  V1NodeSelector: 'nodeSelectorTerms:Array<V1NodeSelectorTerm>',
  V1NodeSelectorRequirement: 'key:string operator:string values:Array<string>',
  V1NodeSelectorTerm: 'matchExpressions:Array<V1NodeSelectorRequirement> matchFields:Array<V1NodeSelectorRequirement>',
  V1ObjectFieldSelector: 'apiVersion:string fieldPath:string',
  V1ObjectMeta:
    'annotations:Map<string> creationTimestamp:Date deletionGracePeriodSeconds:number deletionTimestamp:Date finalizers:Array<string> generateName:string generation:number labels:Map<string> managedFields:Array<V1ManagedFieldsEntry> name:string namespace:string ownerReferences:Array<V1OwnerReference> resourceVersion:string selfLink:string uid:string',
  V1PersistentVolumeClaimSpec:
    'accessModes:Array<string> dataSource:V1TypedLocalObjectReference dataSourceRef:V1TypedObjectReference resources:V1VolumeResourceRequirements selector:V1LabelSelector storageClassName:string volumeAttributesClassName:string volumeMode:string volumeName:string',
  V1PersistentVolumeClaimTemplate: 'metadata:V1ObjectMeta spec:V1PersistentVolumeClaimSpec',
  V1PersistentVolumeClaimVolumeSource: 'claimName:string readOnly:boolean',
  V1PhotonPersistentDiskVolumeSource: 'fsType:string pdID:string',
  V1PodAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:Array<V1WeightedPodAffinityTerm> requiredDuringSchedulingIgnoredDuringExecution:Array<V1PodAffinityTerm>',
  V1PodAffinityTerm:
    'labelSelector:V1LabelSelector matchLabelKeys:Array<string> mismatchLabelKeys:Array<string> namespaceSelector:V1LabelSelector namespaces:Array<string> topologyKey:string',
  V1PodAntiAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:Array<V1WeightedPodAffinityTerm> requiredDuringSchedulingIgnoredDuringExecution:Array<V1PodAffinityTerm>',
  V1PodCertificateProjection:
    'certificateChainPath:string credentialBundlePath:string keyPath:string keyType:string maxExpirationSeconds:number signerName:string userAnnotations:Map<string>',
  V1PodDNSConfig: 'nameservers:Array<string> options:Array<V1PodDNSConfigOption> searches:Array<string>',
  V1PodDNSConfigOption: 'name:string value:string',
  V1PodOS: 'name:string',
  V1PodReadinessGate: 'conditionType:string',
  V1PodResourceClaim: 'name:string resourceClaimName:string resourceClaimTemplateName:string',
  V1PodSchedulingGate: 'name:string',
  V1PodSchedulingGroup: 'podGroupName:string',
  V1PodSecurityContext:
    'appArmorProfile:V1AppArmorProfile fsGroup:number fsGroupChangePolicy:string runAsGroup:number runAsNonRoot:boolean runAsUser:number seLinuxChangePolicy:string seLinuxOptions:V1SELinuxOptions seccompProfile:V1SeccompProfile supplementalGroups:Array<number> supplementalGroupsPolicy:string sysctls:Array<V1Sysctl> windowsOptions:V1WindowsSecurityContextOptions',
  V1PodSpec:
    'activeDeadlineSeconds:number affinity:V1Affinity automountServiceAccountToken:boolean containers:Array<V1Container> dnsConfig:V1PodDNSConfig dnsPolicy:string enableServiceLinks:boolean ephemeralContainers:Array<V1EphemeralContainer> hostAliases:Array<V1HostAlias> hostIPC:boolean hostNetwork:boolean hostPID:boolean hostUsers:boolean hostname:string hostnameOverride:string imagePullSecrets:Array<V1LocalObjectReference> initContainers:Array<V1Container> nodeName:string nodeSelector:Map<string> os:V1PodOS overhead:Map<string> preemptionPolicy:string priority:number priorityClassName:string readinessGates:Array<V1PodReadinessGate> resourceClaims:Array<V1PodResourceClaim> resources:V1ResourceRequirements restartPolicy:string runtimeClassName:string schedulerName:string schedulingGates:Array<V1PodSchedulingGate> schedulingGroup:V1PodSchedulingGroup securityContext:V1PodSecurityContext serviceAccount:string serviceAccountName:string setHostnameAsFQDN:boolean shareProcessNamespace:boolean subdomain:string terminationGracePeriodSeconds:number tolerations:Array<V1Toleration> topologySpreadConstraints:Array<V1TopologySpreadConstraint> volumes:Array<V1Volume>',
  V1PodTemplateSpec: 'metadata:V1ObjectMeta spec:V1PodSpec',
  V1PortworxVolumeSource: 'fsType:string readOnly:boolean volumeID:string',
  V1PreferredSchedulingTerm: 'preference:V1NodeSelectorTerm weight:number',
  V1Probe:
    'exec:V1ExecAction failureThreshold:number grpc:V1GRPCAction httpGet:V1HTTPGetAction initialDelaySeconds:number periodSeconds:number successThreshold:number tcpSocket:V1TCPSocketAction terminationGracePeriodSeconds:number timeoutSeconds:number',
  V1ProjectedVolumeSource: 'defaultMode:number sources:Array<V1VolumeProjection>',
  V1QuobyteVolumeSource: 'group:string readOnly:boolean registry:string tenant:string user:string volume:string',
  V1RBDVolumeSource:
    'fsType:string image:string keyring:string monitors:Array<string> pool:string readOnly:boolean secretRef:V1LocalObjectReference user:string',
  V1ResourceFieldSelector: 'containerName:string divisor:string resource:string',
  V1ResourceRequirements: 'claims:Array<CoreV1ResourceClaim> limits:Map<string> requests:Map<string>',
  V1RollingUpdateDeployment: 'maxSurge:IntOrString maxUnavailable:IntOrString',
  V1SELinuxOptions: 'level:string role:string type:string user:string',
  V1ScaleIOVolumeSource:
    'fsType:string gateway:string protectionDomain:string readOnly:boolean secretRef:V1LocalObjectReference sslEnabled:boolean storageMode:string storagePool:string system:string volumeName:string',
  V1SeccompProfile: 'localhostProfile:string type:string',
  V1SecretEnvSource: 'name:string optional:boolean',
  V1SecretKeySelector: 'key:string name:string optional:boolean',
  V1SecretProjection: 'items:Array<V1KeyToPath> name:string optional:boolean',
  V1SecretVolumeSource: 'defaultMode:number items:Array<V1KeyToPath> optional:boolean secretName:string',
  V1SecurityContext:
    'allowPrivilegeEscalation:boolean appArmorProfile:V1AppArmorProfile capabilities:V1Capabilities privileged:boolean procMount:string readOnlyRootFilesystem:boolean runAsGroup:number runAsNonRoot:boolean runAsUser:number seLinuxOptions:V1SELinuxOptions seccompProfile:V1SeccompProfile windowsOptions:V1WindowsSecurityContextOptions',
  V1Service: 'apiVersion:string kind:string metadata:V1ObjectMeta spec:V1ServiceSpec status:V1ServiceStatus',
  V1ServiceAccountTokenProjection: 'audience:string expirationSeconds:number path:string',
  V1ServicePort: 'appProtocol:string name:string nodePort:number port:number protocol:string targetPort:IntOrString',
  V1ServiceSpec:
    'allocateLoadBalancerNodePorts:boolean clusterIP:string clusterIPs:Array<string> externalIPs:Array<string> externalName:string externalTrafficPolicy:string healthCheckNodePort:number internalTrafficPolicy:string ipFamilies:Array<string> ipFamilyPolicy:string loadBalancerClass:string loadBalancerIP:string loadBalancerSourceRanges:Array<string> ports:Array<V1ServicePort> publishNotReadyAddresses:boolean selector:Map<string> sessionAffinity:string sessionAffinityConfig:V1SessionAffinityConfig trafficDistribution:string type:string',
  V1SessionAffinityConfig: 'clientIP:V1ClientIPConfig',
  V1SleepAction: 'seconds:number',
  V1StorageOSVolumeSource:
    'fsType:string readOnly:boolean secretRef:V1LocalObjectReference volumeName:string volumeNamespace:string',
  V1Sysctl: 'name:string value:string',
  V1TCPSocketAction: 'host:string port:IntOrString',
  V1Toleration: 'effect:string key:string operator:string tolerationSeconds:number value:string',
  V1TopologySpreadConstraint:
    'labelSelector:V1LabelSelector matchLabelKeys:Array<string> maxSkew:number minDomains:number nodeAffinityPolicy:string nodeTaintsPolicy:string topologyKey:string whenUnsatisfiable:string',
  V1TypedLocalObjectReference: 'apiGroup:string kind:string name:string',
  V1TypedObjectReference: 'apiGroup:string kind:string name:string namespace:string',
  V1Volume:
    'awsElasticBlockStore:V1AWSElasticBlockStoreVolumeSource azureDisk:V1AzureDiskVolumeSource azureFile:V1AzureFileVolumeSource cephfs:V1CephFSVolumeSource cinder:V1CinderVolumeSource configMap:V1ConfigMapVolumeSource csi:V1CSIVolumeSource downwardAPI:V1DownwardAPIVolumeSource emptyDir:V1EmptyDirVolumeSource ephemeral:V1EphemeralVolumeSource fc:V1FCVolumeSource flexVolume:V1FlexVolumeSource flocker:V1FlockerVolumeSource gcePersistentDisk:V1GCEPersistentDiskVolumeSource gitRepo:V1GitRepoVolumeSource glusterfs:V1GlusterfsVolumeSource hostPath:V1HostPathVolumeSource image:V1ImageVolumeSource iscsi:V1ISCSIVolumeSource name:string nfs:V1NFSVolumeSource persistentVolumeClaim:V1PersistentVolumeClaimVolumeSource photonPersistentDisk:V1PhotonPersistentDiskVolumeSource portworxVolume:V1PortworxVolumeSource projected:V1ProjectedVolumeSource quobyte:V1QuobyteVolumeSource rbd:V1RBDVolumeSource scaleIO:V1ScaleIOVolumeSource secret:V1SecretVolumeSource storageos:V1StorageOSVolumeSource vsphereVolume:V1VsphereVirtualDiskVolumeSource',
  V1VolumeDevice: 'devicePath:string name:string',
  V1VolumeMount:
    'mountPath:string mountPropagation:string name:string readOnly:boolean recursiveReadOnly:string subPath:string subPathExpr:string',
  V1VolumeProjection:
    'clusterTrustBundle:V1ClusterTrustBundleProjection configMap:V1ConfigMapProjection downwardAPI:V1DownwardAPIProjection podCertificate:V1PodCertificateProjection secret:V1SecretProjection serviceAccountToken:V1ServiceAccountTokenProjection',
  V1VolumeResourceRequirements: 'limits:Map<string> requests:Map<string>',
  V1VsphereVirtualDiskVolumeSource: 'fsType:string storagePolicyID:string storagePolicyName:string volumePath:string',
  V1WeightedPodAffinityTerm: 'podAffinityTerm:V1PodAffinityTerm weight:number',
  V1WindowsSecurityContextOptions:
    'gmsaCredentialSpec:string gmsaCredentialSpecName:string hostProcess:boolean runAsUserName:string',
};
