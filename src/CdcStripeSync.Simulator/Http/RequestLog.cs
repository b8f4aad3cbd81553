namespace CdcStripeSync.Simulator.Http;

/// <summary>All requests in the order of arrival; an entry's answer shows once it is known.</summary>
internal sealed class RequestLog
{
    private readonly Lock gate = new();
    private readonly List<ApiRequest> requests = [];

    public void Add(ApiRequest request)
    {
        lock (gate) requests.Add(request);
    }

    public IReadOnlyList<RequestLogEntry> Snapshot()
    {
        lock (gate) return [.. requests.Select(r => r.ToLogEntry())];
    }
}
