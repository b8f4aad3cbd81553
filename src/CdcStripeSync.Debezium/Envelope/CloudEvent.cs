namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Tells what <c>CloudEventsConverter</c> wrote by the names of its members: CloudEvents' attributes, and Debezium's extensions of them
/// where <c>cloudevents.extension.attributes.enable</c> left these in.</summary>
internal static class CloudEvent
{
    public const string Telling = "specversion";

    private const string Extension = "iodebezium";

    private static readonly string[] Required = ["id", "source", "type"];

    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal) { "id", "source", Telling, "type", "time", "datacontenttype", "dataschema", "data" };

    /// <param name="names">With <see cref="Telling"/> among them.</param>
    public static bool Has(IReadOnlyCollection<string> names) =>
        names.Contains(Extension + "op") || (Required.All(names.Contains) && names.All(n => Attributes.Contains(n) || n.StartsWith(Extension, StringComparison.Ordinal)));
}
