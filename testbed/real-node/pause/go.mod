module d9.dev/pause

go 1.21
