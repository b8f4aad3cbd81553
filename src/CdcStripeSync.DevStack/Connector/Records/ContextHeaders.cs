using System.Text;

namespace CdcStripeSync.DevStack.Connector.Records;

/// <summary>The <c>__debezium.*</c> headers of change records.</summary>
internal sealed class ContextHeaders
{
    private readonly IReadOnlyList<OutgoingHeader> _context;

    public ContextHeaders(string logicalName, Guid runId) => _context =
    [
        Text("__debezium.context.connectorLogicalName", logicalName),
        Text("__debezium.context.taskId", "0"),
        Text("__debezium.context.connectorName", "postgresql"),
        Text("__debezium.context.runId", runId.ToString()),
    ];

    public IReadOnlyList<OutgoingHeader> Plain => _context;

    /// <summary>For the delete of a key change: where the row went.</summary>
    public IReadOnlyList<OutgoingHeader> WithNewKey(string json) => [Text("__debezium.newkey", json), .. _context];

    /// <summary>For the create of a key change: where the row came from.</summary>
    public IReadOnlyList<OutgoingHeader> WithOldKey(string json) => [Text("__debezium.oldkey", json), .. _context];

    private static OutgoingHeader Text(string key, string value) => new(key, Encoding.UTF8.GetBytes(value));
}
