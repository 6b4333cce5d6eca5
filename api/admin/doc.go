// Package admin is the console's API for officers: accounts and roster,
// planning, the evening, and the draw. A handler decodes, calls a service,
// encodes; every change is recorded in the operators' log in its transaction.
package admin
