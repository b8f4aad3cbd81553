using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

/// <summary>An attribute of a schema beyond Avro's own, such as <c>connect.name</c>.</summary>
public readonly record struct AvroAttribute(string Name, JsonNode Value);
