using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping;

/// <summary>How one field of a Stripe object is made from a row, and who owns it.</summary>
public sealed record FieldRule(FieldPath Path, FieldType Type, FieldSource Source)
{
    /// <summary>Into a JSON column; none takes the value whole.</summary>
    public JsonPath? JsonPath { get; init; }

    /// <summary>In the order in which they apply.</summary>
    public ImmutableArray<Converter> Converters { get; init; } = [];

    /// <summary>Turns the converted value into a boolean.</summary>
    public Comparison? Compare { get; init; }

    public ValueMap? Map { get; init; }

    /// <summary>A null holds the row.</summary>
    public bool Required { get; init; }

    public OnNull OnNull { get; init; }

    public Owner Owner { get; init; }

    /// <summary>Set exactly where the field is shared.</summary>
    public ConflictPolicy? OnConflict { get; init; }

    /// <summary>The column that receives Stripe's value.</summary>
    public string? WriteBack { get; init; }

    public OnUnmap OnUnmap { get; init; }

    /// <summary>The rule on one line, in a fixed form: two rules that mean the same print the same.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Path.ToString(), Source.ToString() };
        if (JsonPath is not null) parts.Add($"path {JsonPath}");
        if (Converters.Length > 0) parts.Add($"convert {string.Join(",", Converters)}");
        if (Compare is not null) parts.Add($"compare {Compare}");
        if (Map is not null) parts.Add($"map {Map}");
        if (Required) parts.Add("required");
        parts.Add($"on_null {OnNull}");
        parts.Add($"owner {Owner}");
        if (OnConflict is not null) parts.Add($"on_conflict {OnConflict}");
        if (WriteBack is not null) parts.Add($"write_back {WriteBack}");
        parts.Add($"on_unmap {OnUnmap}");
        return string.Join("; ", parts);
    }
}
