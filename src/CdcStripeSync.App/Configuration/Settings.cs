namespace CdcStripeSync.App.Configuration;

/// <summary>Everything that can be configured, as bound from file, environment and flags (later wins).</summary>
internal sealed class Settings
{
    /// <summary>Path of the mapping file.</summary>
    public string Mapping { get; set; } = "";

    public KafkaSettings Kafka { get; set; } = new();

    public RecordSettings Records { get; set; } = new();

    public RegistrySettings Registry { get; set; } = new();

    public StripeSettings Stripe { get; set; } = new();

    public StateSettings State { get; set; } = new();

    public SourceSettings Source { get; set; } = new();

    public ConnectSettings Connect { get; set; } = new();

    public WebSettings Web { get; set; } = new();

    public LogSettings Log { get; set; } = new();

    /// <summary>Made those of a run that sends nothing: what it reads and remembers must not count for one that does.</summary>
    public void MakeShadow()
    {
        Kafka.GroupId += "-shadow";
        State.Schema += "_shadow";
    }
}
