// testbed: etcd + kube-apiserver + kube-controller-manager + kube-scheduler (+ kubelet, kube-proxy) in one binary; argv[1] picks the part.
package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	kcm "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	sched "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
	kubectl "k8s.io/kubectl/pkg/cmd"
)

func etcd(dir, listen string) error {
	c := embed.NewConfig()
	u, err := url.Parse(listen)
	if err != nil {
		return err
	}
	p, _ := url.Parse("http://127.0.0.1:0")
	c.Dir, c.LogLevel, c.UnsafeNoFsync = dir, "warn", true
	c.ListenClientUrls, c.AdvertiseClientUrls = []url.URL{*u}, []url.URL{*u}
	c.ListenPeerUrls, c.AdvertisePeerUrls = []url.URL{*p}, []url.URL{*p}
	c.InitialCluster = c.InitialClusterFromName(c.Name)
	e, err := embed.StartEtcd(c)
	if err != nil {
		return err
	}
	<-e.Server.ReadyNotify()
	s := make(chan os.Signal, 1)
	signal.Notify(s, syscall.SIGTERM, syscall.SIGINT)
	<-s
	e.Close()
	return nil
}

func main() {
	var cmd *cobra.Command
	if len(os.Args) < 2 {
		os.Exit(2)
	}
	part := os.Args[1]
	os.Args = append([]string{os.Args[0]}, os.Args[2:]...)
	switch part {
	case "etcd":
		if err := etcd(os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	case "apiserver":
		cmd = apiserver.NewAPIServerCommand()
	case "kcm":
		cmd = kcm.NewControllerManagerCommand()
	case "scheduler":
		cmd = sched.NewSchedulerCommand()
	case "kubelet":
		cmd = kubelet.NewKubeletCommand(context.Background())
	case "kubectl":
		cmd = kubectl.NewDefaultKubectlCommand()
	case "proxy":
		cmd = proxy.NewProxyCommand()
	default:
		os.Exit(2)
	}
	os.Exit(cli.Run(cmd))
}
