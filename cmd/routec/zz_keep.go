package main

import (
	_ "github.com/hashicorp/go-multierror"
	_ "github.com/linkerd/linkerd2-proxy-api/go/destination"
	_ "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	_ "github.com/linkerd/linkerd2-proxy-api/go/outbound"
	_ "github.com/spf13/cobra"
	_ "github.com/spf13/cobra/doc"
	_ "google.golang.org/protobuf/encoding/protojson"
	_ "k8s.io/apimachinery/pkg/runtime"
	_ "sigs.k8s.io/gateway-api/apis/v1"
	_ "sigs.k8s.io/kustomize/api/krusty"
	_ "sigs.k8s.io/kustomize/kyaml/fn/framework"
	_ "sigs.k8s.io/kustomize/kyaml/yaml"
)

func main() {}
