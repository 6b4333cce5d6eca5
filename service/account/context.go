package account

import "context"

type workerKey struct{}

type officerKey struct{}

// WithWorker gives a context that knows which worker is asking.
func WithWorker(ctx context.Context, w Worker) context.Context {
	return context.WithValue(ctx, workerKey{}, w)
}

// WorkerFrom gives the worker who is asking; ok is false when nobody signed in.
func WorkerFrom(ctx context.Context) (w Worker, ok bool) {
	w, ok = ctx.Value(workerKey{}).(Worker)
	return w, ok
}

// WithOfficer gives a context that knows which officer is asking.
func WithOfficer(ctx context.Context, o Officer) context.Context {
	return context.WithValue(ctx, officerKey{}, o)
}

// OfficerFrom gives the officer who is asking; ok is false when nobody signed in.
func OfficerFrom(ctx context.Context) (o Officer, ok bool) {
	o, ok = ctx.Value(officerKey{}).(Officer)
	return o, ok
}
