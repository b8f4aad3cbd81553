using FsCheck;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>An Avro type with values of it.</summary>
/// <param name="Branch">What it is called as a branch of a union in Avro's JSON encoding; <c>union</c> for a union, which can be none.</param>
/// <param name="Type">The schema's JSON.</param>
/// <param name="Values">Values in Avro's JSON encoding.</param>
internal sealed record AvroShape(string Branch, string Type, Gen<string> Values);
