using System.Globalization;
using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connect.Plugins;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>How a task that failed says so: recorded stack traces, with the names of the case at hand.</summary>
internal static class FailureTrace
{
    public static string PublicationMissing => Recorded.Text("publication-missing.txt");

    public static string SlotActive(string slot, ulong confirmed, int pid) => Recorded.Text("slot-active.txt")
        .Replace("{lsn}", LsnText(confirmed), StringComparison.Ordinal).Replace("{slot}", slot, StringComparison.Ordinal).Replace("{pid}", pid.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    public static string SlotLost(string server, string database, JsonObject offset, DateTimeOffset now)
    {
        var lsn = offset["lsn"] is JsonValue value && value.TryGetValue<ulong>(out var position) ? position : 0;
        return Recorded.Text("slot-lost.txt").Replace("{server}", server, StringComparison.Ordinal).Replace("{database}", database, StringComparison.Ordinal)
            .Replace("{lsn}", LsnText(lsn), StringComparison.Ordinal).Replace("{txId}", offset["txId"]?.ToJsonString() ?? "null", StringComparison.Ordinal)
            .Replace("{timestamp}", now.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>Any other failure to start, in the driver's words.</summary>
    public static string Of(string message) => $"org.apache.kafka.connect.errors.ConnectException: {message}\n\tat io.debezium.connector.common.BaseSourceTask.start(BaseSourceTask.java:281)\n";

    /// <summary>PostgreSQL's driver, where nobody listens.</summary>
    public static string Refused(string host, int port) =>
        $"Connection to {host}:{port} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.";

    private static string LsnText(ulong lsn) => string.Create(CultureInfo.InvariantCulture, $"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}");
}
