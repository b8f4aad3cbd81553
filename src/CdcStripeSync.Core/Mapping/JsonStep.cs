namespace CdcStripeSync.Core.Mapping;

/// <summary>One step of a <see cref="JsonPath"/>: a member by name, or an item by index where the name is null.</summary>
internal readonly record struct JsonStep(string? Name, int Index);
