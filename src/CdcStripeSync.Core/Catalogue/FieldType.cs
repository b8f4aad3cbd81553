using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Catalogue;

/// <summary>What Stripe's OpenAPI document says about one parameter of a resource.</summary>
public sealed record FieldType(FieldKind Kind)
{
    /// <summary>Most characters (code points), where there is a limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The values allowed; empty where any text is.</summary>
    public ImmutableArray<string> EnumValues { get; init; } = [];

    public FieldFormat Format { get; init; }

    /// <summary>A list's items, or a map's values.</summary>
    public FieldType? Items { get; init; }

    /// <summary>Most items of a list, where there is a limit.</summary>
    public int? MaxItems { get; init; }

    /// <summary>An object's members.</summary>
    public ImmutableSortedDictionary<string, FieldType> Members { get; init; } = ImmutableSortedDictionary.Create<string, FieldType>(StringComparer.Ordinal);

    public ExactDecimal? Minimum { get; init; }

    public ExactDecimal? Maximum { get; init; }

    /// <summary>Most digits after the decimal point, where there is a limit.</summary>
    public int? DecimalPlaces { get; init; }

    public bool InCreate { get; init; }

    public bool InUpdate { get; init; }

    /// <summary>Stripe refuses a creation (of the object that it is a member of) without it.</summary>
    public bool Required { get; init; }

    /// <summary>An update with the empty string unsets it, alone (<see cref="ResourceType.ClearsAlone"/>) or with the object around it (<see cref="ResourceType.Whole"/>).</summary>
    public bool CanClear { get; init; }

    /// <summary>What Stripe shows where no value was sent (<c>interval_count</c> 1); none where it shows none.</summary>
    public FieldValue Default { get; init; } = FieldValue.Nothing;

    /// <summary>Stripe makes up a value where none was sent (a promotion code's <c>code</c>).</summary>
    public bool IsChosenByStripe { get; init; }

    /// <summary>Set at creation and never again: another value needs another object.</summary>
    public bool IsImmutable => InCreate && !InUpdate;

    public bool IsUpdateOnly => InUpdate && !InCreate;
}
