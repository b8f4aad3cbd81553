namespace CdcStripeSync.DevStack.Connector;

/// <summary>Where the connector's records go: a Kafka producer, or a list in a test.</summary>
public interface IRecordSink
{
    /// <summary>Appends one record. Records of one topic and key are handed over in source order; waiting here slows the connector down.</summary>
    Task AppendAsync(OutgoingRecord record, CancellationToken cancellationToken);
}
