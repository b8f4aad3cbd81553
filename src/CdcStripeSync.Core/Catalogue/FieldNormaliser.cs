using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Catalogue;

/// <summary>Whether two values mean the same, where they are written in another way.</summary>
public static class FieldNormaliser
{
    /// <summary>Equal by meaning: numbers by value also as text, currencies in any case, an expanded reference by its id,
    /// JSON by its content, no value like an empty text, list or object; members that the catalogue does not know do not count.</summary>
    public static bool AreEqual(ResourceType type, FieldPath path, FieldValue desired, FieldValue sent) =>
        Same(type.Field(path), desired, sent, asShown: false);

    /// <summary>Whether Stripe shows what is desired: equal by meaning, where Stripe may add of its own what was not said: further members
    /// of an object, its default for no value.</summary>
    public static bool IsShown(ResourceType type, FieldPath path, FieldValue desired, FieldValue observed) =>
        Same(type.Field(path), desired, observed, asShown: true);

    private static bool Same(FieldType? type, FieldValue desired, FieldValue observed, bool asShown)
    {
        if (IsEmpty(desired)) return IsEmpty(observed) || (asShown && IsStripesOwn(type, observed));
        if (IsEmpty(observed)) return false;
        return type?.Kind switch
        {
            FieldKind.Integer or FieldKind.Decimal => Number(desired) is { } mine ? mine == Number(observed) : desired.Equals(observed),
            FieldKind.Boolean => Boolean(desired) is { } mine ? mine == Boolean(observed) : desired.Equals(observed),
            FieldKind.Text or null => SameText(type, desired, observed),
            FieldKind.List => SameItems(type, desired, observed, asShown),
            FieldKind.Object or FieldKind.Map => SameMembers(type, desired, observed, asShown),
            _ => throw new InvalidOperationException($"{type.Kind} is no field kind"),
        };
    }

    private static bool IsEmpty(FieldValue value) => value switch
    {
        FieldValue.None => true,
        FieldValue.Text text => text.Value.Length == 0,
        FieldValue.List list => list.Items.IsEmpty,
        FieldValue.Object o => o.Members.Values.All(IsEmpty),
        FieldValue.Number or FieldValue.Boolean => false,
        _ => throw new InvalidOperationException($"{value.GetType().Name} is no value"),
    };

    /// <summary>What Stripe shows where it was told nothing.</summary>
    private static bool IsStripesOwn(FieldType? type, FieldValue observed) => type switch
    {
        null => false,
        { IsChosenByStripe: true } => true,
        { Kind: FieldKind.Object } => observed is FieldValue.Object o && type.Members.All(m => o.Members.GetValueOrDefault(m.Key, FieldValue.Nothing) is var member && (IsEmpty(member) || IsStripesOwn(m.Value, member))),
        _ => !type.Default.IsNone && Same(type, type.Default, observed, asShown: false),
    };

    private static bool SameText(FieldType? type, FieldValue desired, FieldValue observed)
    {
        if (Text(desired) is not { } mine || Text(observed) is not { } theirs) return desired.Equals(observed);
        if (mine.StartsWith('{') || mine.StartsWith('[')) return ColumnValue.Json(mine) == ColumnValue.Json(theirs);
        return string.Equals(mine, theirs, type?.Format == FieldFormat.Currency ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    private static bool SameItems(FieldType type, FieldValue desired, FieldValue observed, bool asShown) =>
        desired is FieldValue.List mine && observed is FieldValue.List theirs
        && mine.Items.Length == theirs.Items.Length
        && mine.Items.Zip(theirs.Items).All(pair => Same(type.Items, pair.First, pair.Second, asShown));

    private static bool SameMembers(FieldType type, FieldValue desired, FieldValue observed, bool asShown)
    {
        if (desired is not FieldValue.Object mine || observed is not FieldValue.Object theirs) return false;
        var names = asShown ? mine.Members.Keys : type.Kind == FieldKind.Map ? mine.Members.Keys.Union(theirs.Members.Keys) : type.Members.Keys;
        return names.All(name => Same(type.Kind == FieldKind.Map ? type.Items : type.Members.GetValueOrDefault(name), Member(mine, name), Member(theirs, name), asShown));
    }

    /// <summary>Stripe shows an amount whole and with decimals and takes it as one of both; a tier without an end as null and takes it as <c>inf</c>;
    /// and of an amount that the customer chooses not that it is enabled.</summary>
    private static FieldValue Member(FieldValue.Object o, string name)
    {
        var value = o.Members.GetValueOrDefault(name, FieldValue.Nothing);
        if (!value.IsNone) return value;
        return name switch
        {
            "up_to" => FieldValue.Of("inf"),
            "enabled" => FieldValue.Of(true),
            "unit_amount" or "flat_amount" => o.Members.GetValueOrDefault(name + "_decimal", value),
            "unit_amount_decimal" or "flat_amount_decimal" => o.Members.GetValueOrDefault(name[..^"_decimal".Length], value),
            _ => value,
        };
    }

    private static ExactDecimal? Number(FieldValue value) => value switch
    {
        FieldValue.Number number => number.Value,
        FieldValue.Text text when ExactDecimal.TryParse(text.Value, out var number) => number,
        _ => null,
    };

    private static bool? Boolean(FieldValue value) => value switch
    {
        FieldValue.Boolean boolean => boolean.Value,
        FieldValue.Text { Value: "true" } => true,
        FieldValue.Text { Value: "false" } => false,
        _ => null,
    };

    private static string? Text(FieldValue value) => value switch
    {
        FieldValue.Text text => text.Value,
        FieldValue.Number number => number.Value.ToString(),
        FieldValue.Boolean boolean => boolean.Value ? "true" : "false",
        FieldValue.Object o when o.Members.GetValueOrDefault("id") is FieldValue.Text id => id.Value,
        _ => null,
    };
}
