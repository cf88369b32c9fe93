# make check is what every change passes; make bench and make fuzz take longer and are run by hand.

GO      ?= go
TOOL    := $(GO) tool -modfile=internal/tools/go.mod
SOURCES := $(shell git ls-files '*.go' | grep -v testdata)

.PHONY: check lint test generate bench fuzz cover torture pictures race release soak

check: lint generate test

lint:
	@test -z "$$($(TOOL) gofumpt -l $(SOURCES))" || { echo "gofumpt would change:"; $(TOOL) gofumpt -l $(SOURCES); exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	@dead="$$($(TOOL) deadcode -test ./...)"; test -z "$$dead" || { echo "never called:"; echo "$$dead"; exit 1; }
	@hard="$$($(TOOL) gocognit -over 15 -ignore '_test\.go' $(filter-out %_test.go,$(SOURCES)))"; test -z "$$hard" || { echo "too hard to follow:"; echo "$$hard"; exit 1; }
	$(GO) mod tidy -diff
	$(GO) mod verify
	$(GO) -C internal/tools/release vet .

# Generated files must be what their generators make.
generate:
	$(GO) generate ./...
	git diff --exit-code -- samples docs

test:
	$(GO) test -race -short -parallel 4 -timeout 20m ./...
	$(GO) test ./...
	$(GO) -C internal/tools/release test .

# Also the long tests, which make test runs without the race detector.
race:
	$(GO) test -race -parallel 4 -timeout 40m ./...

# Side by side in one run; BENCH="-users 1000000" for the figures of docs/performance.md.
bench:
	$(GO) run ./internal/bench $(BENCH)

# Faults by seed and kills of the real program; docs/reliability.md. MUSTER_TORTURE_SEED=N replays one seed.
FAULTS  ?= 500
CRASHES ?= 500
torture:
	MUSTER_TORTURE_FAULTS=$(FAULTS) MUSTER_TORTURE_CRASHES=$(CRASHES) $(GO) test -count=1 -timeout 30m -v ./internal/torture | \
	  grep -v -e '^=== ' -e '^ *--- PASS: TestFaults/seeds/' | tee /dev/stderr | grep -q '^ok '

# Many users through the real program; docs/reliability.md.
SOAK ?= 200000
soak:
	MUSTER_SOAK=$(SOAK) $(GO) test -count=1 -timeout 30m -v -run TestSoak ./internal/torture

# What is handed out, byte for byte the same each time; docs/release.md.
release:
	$(GO) -C internal/tools/release build -o $(CURDIR)/.ci/cache/release .
	.ci/cache/release $(if $(PLATFORMS),-platforms "$(PLATFORMS)")

# The picture in README.md: the page of a check at 1280 pixels, as Chromium draws it in light colours.
CHROMIUM ?= chromium
pictures:
	@mkdir -p docs/images
	@dir="$$(mktemp -d)" && $(GO) build -o "$$dir/muster" ./cmd/muster && \
	  { (cd samples && "$$dir/muster" check broken.xlsx --quiet --report "$$dir/report.html" >/dev/null); test $$? -eq 3; } && \
	  $(CHROMIUM) --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 --window-size=1280,1040 \
	    --screenshot=docs/images/report.png "file://$$dir/report.html" && rm -r "$$dir" && ls -l docs/images/report.png

FUZZTIME ?= 1m
fuzz:
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
	  done; done

cover:
	$(GO) test -coverprofile=/tmp/muster.cover ./...
	$(GO) tool cover -func=/tmp/muster.cover | tail -1
