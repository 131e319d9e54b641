// hpa runs the horizontal pod autoscaler controller of kube-controller-manager on its own: the whole manager does not build from the
// published modules. Its settings are the manager's, but for the period between two looks, which a test makes short.
package main

import (
	"context"
	"flag"
	"time"

	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/kubernetes/pkg/controller/podautoscaler"
	"k8s.io/kubernetes/pkg/controller/podautoscaler/metrics"
	resourceclient "k8s.io/metrics/pkg/client/clientset/versioned/typed/metrics/v1beta1"
	"k8s.io/metrics/pkg/client/custom_metrics"
	"k8s.io/metrics/pkg/client/external_metrics"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how the API server is reached")
	period := flag.Duration("sync", 15*time.Second, "time between two looks at each autoscaler")
	flag.Parse()
	ctx := context.Background()
	config := must(clientcmd.BuildConfigFromFlags("", *kubeconfig))
	client := kubernetes.NewForConfigOrDie(config)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	served := custom_metrics.NewAvailableAPIsGetter(client.Discovery())
	values := metrics.NewRESTMetricsClient(resourceclient.NewForConfigOrDie(config),
		custom_metrics.NewForConfig(config, mapper, served), external_metrics.NewForConfigOrDie(config))
	scales := must(scale.NewForConfig(config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(client.Discovery())))
	informer := informers.NewSharedInformerFactory(client, 0)
	const (
		downscaleStabilization  = 5 * time.Minute
		tolerance               = 0.1
		cpuInitializationPeriod = 5 * time.Minute
		initialReadinessDelay   = 30 * time.Second
		autoscalersAtOnce       = 2
	)
	controller := podautoscaler.NewHorizontalController(ctx, client.CoreV1(), scales, client.AutoscalingV2(), mapper, values,
		informer.Autoscaling().V2().HorizontalPodAutoscalers(), informer.Core().V1().Pods(),
		*period, downscaleStabilization, tolerance, cpuInitializationPeriod, initialReadinessDelay)
	informer.Start(ctx.Done())
	controller.Run(ctx, autoscalersAtOnce)
}
