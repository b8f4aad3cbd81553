using Microsoft.AspNetCore.Http;

namespace CdcStripeSync.Simulator.Http;

/// <summary>The caller of one HTTP request.</summary>
internal sealed class HttpCaller : ICaller, IDisposable
{
    private readonly HttpContext context;
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration registration;

    public HttpCaller(HttpContext context)
    {
        this.context = context;
        registration = context.RequestAborted.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), gone);
    }

    public bool? ShouldRetry { get; set; }

    public Task Gone => gone.Task;

    public bool IsGone => gone.Task.IsCompleted;

    public void Cut()
    {
        gone.TrySetResult();
        context.Abort();
    }

    public void Dispose() => registration.Dispose();
}
