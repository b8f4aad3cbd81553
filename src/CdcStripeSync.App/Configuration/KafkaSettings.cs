namespace CdcStripeSync.App.Configuration;

internal sealed class KafkaSettings
{
    /// <summary><c>host:port,host:port</c></summary>
    public string BootstrapServers { get; set; } = "";

    public string GroupId { get; set; } = "cdc-stripe";

    /// <summary>Topics to read, or one regular expression that begins with <c>^</c>.</summary>
    public IList<string> Topics { get; set; } = [];

    /// <summary>The connector's <c>topic.prefix</c>; used where a record does not name its table.</summary>
    public string TopicPrefix { get; set; } = "";

    /// <summary>A topic that gets a copy of each dead letter; empty for none.</summary>
    public string DeadLetterTopic { get; set; } = "";

    /// <summary>Any librdkafka property, passed through: <c>security.protocol</c>, <c>sasl.username</c>, <c>ssl.ca.location</c> …</summary>
    public IDictionary<string, string> Properties { get; set; } = new Dictionary<string, string>();
}
