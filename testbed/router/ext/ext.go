// Package ext stands for a nested module that only Traefik's own repository has.
package ext

// HTTP has no fields: this build knows no extension of the dynamic configuration.
type HTTP struct{}

// Router has no fields either.
type Router struct{}
