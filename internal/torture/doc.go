// Package torture proves that nothing is made twice and nothing is lost, whatever the service, the network and the machine do.
//
// It holds tests alone. The fault suite runs the engine, the journal, the client and the sandbox in one bubble of virtual
// time behind a proxy that breaks what it can; everything it does follows from one seed. The crash suite kills the real
// program. Both ask the sandbox and the journal afterwards. docs/reliability.md tells what is proven and how to run more.
package torture
