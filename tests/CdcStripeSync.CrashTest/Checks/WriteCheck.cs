using CdcStripeSync.Simulator;

namespace CdcStripeSync.CrashTest.Checks;

/// <summary>What is never written, whatever the rows say.</summary>
internal static class WriteCheck
{
    /// <summary>Nothing that the sample mapping says deletes anything: rows that go are archived, and customers kept.</summary>
    public static BrokenException? Deleted(IEnumerable<RequestLogEntry> requests) =>
        requests.FirstOrDefault(r => r.Method == "DELETE") is { } request ? new BrokenException("deleted", $"{request.Path} ({request.Cause})") : null;

    public static int Count(IEnumerable<RequestLogEntry> requests) => requests.Count(IsWrite);

    /// <param name="settled">How many there were when everything had settled.</param>
    public static BrokenException? Beyond(int settled, IEnumerable<RequestLogEntry> requests) =>
        requests.Where(IsWrite).Skip(settled).FirstOrDefault() is { } request ? new BrokenException("written when all had settled", $"{request.Method} {request.Path} ({request.Cause})") : null;

    private static bool IsWrite(RequestLogEntry request) => request.Method != "GET";
}
