namespace CdcStripeSync.Simulator.Http;

/// <summary>Requests in the order of arrival, the newest only beyond a bound; an entry's answer shows once it is known. Counts go on for ever.</summary>
/// <param name="most">Requests that are kept.</param>
internal sealed class RequestLog(int most)
{
    private readonly Lock gate = new();
    private readonly Queue<ApiRequest> requests = new();
    private readonly Dictionary<string, long> answers = new(StringComparer.Ordinal);
    private long received;

    /// <summary>Requests that arrived since the start, forgotten ones too.</summary>
    public long Received
    {
        get
        {
            lock (gate) return received;
        }
    }

    public void Add(ApiRequest request)
    {
        lock (gate)
        {
            received++;
            requests.Enqueue(request);
            while (requests.Count > most) requests.Dequeue();
        }
    }

    /// <summary>Its answer leaves.</summary>
    public void Answered(ApiRequest request)
    {
        var kind = $"{request.Method} {request.Status}";
        lock (gate) answers[kind] = answers.GetValueOrDefault(kind) + 1;
    }

    public IReadOnlyList<RequestLogEntry> Snapshot()
    {
        lock (gate) return [.. requests.Select(r => r.ToLogEntry())];
    }

    public RequestCounts Counts()
    {
        lock (gate) return new RequestCounts(received, received - requests.Count, new SortedDictionary<string, long>(answers, StringComparer.Ordinal));
    }
}
