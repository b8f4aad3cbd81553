namespace CdcStripeSync.App.Dev;

/// <summary>How the DevStack starts.</summary>
/// <param name="Folder">Holds all its data; made where it is missing.</param>
/// <param name="Samples">Folder with <c>schema.sql</c> and <c>seed.sql</c>.</param>
/// <param name="ConnectorFile">The connector's configuration, as real Debezium takes it.</param>
/// <param name="StripeLatency">How long the simulated Stripe takes for each answer.</param>
internal sealed record DevOptions(string Folder, string Samples, string ConnectorFile, TimeSpan StripeLatency, bool Shadow = false)
{
    public string Mapping { get; init; } = Shipped.Mapping;
}
