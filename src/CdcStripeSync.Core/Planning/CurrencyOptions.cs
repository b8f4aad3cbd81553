using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>A price's amounts in further currencies. Stripe adds a currency to a price that exists, and lets a currency's tax behaviour be specified once;
/// everything else that a currency has stands. What it has may be somebody else's: only the object tells.</summary>
internal static class CurrencyOptions
{
    private static readonly FieldPath Root = FieldPath.Parse("currency_options");

    public static bool Is(ResourceType type, FieldPath path) => type.Name == "price" && Root.Contains(path);

    /// <summary>What of a value the object lacks and takes: of all currencies those that are new to it.</summary>
    /// <param name="path">One of <see cref="Is"/>: all currencies, one, or a field of one.</param>
    /// <param name="value">What the source says.</param>
    /// <returns>Null where something that stands would have to change, or to go.</returns>
    public static FieldValue? Added(PlanInput input, FieldPath path, FieldValue value)
    {
        var wanted = Options(path, value);
        var sent = Options(path, Difference.Sent(input, path));
        var added = Parameters.Empty;
        foreach (var currency in wanted.Members.Keys.Union(sent.Members.Keys))
        {
            var mine = wanted.Members.GetValueOrDefault(currency, FieldValue.Nothing);
            var said = sent.Members.GetValueOrDefault(currency, FieldValue.Nothing);
            if (input.Observed!.Shows(input.Map.Type, Root.Append(currency), mine, said)) continue;
            if (input.Observed!.At(Root.Append(currency)) is not FieldValue.Object shown) added = added.With(currency, mine);
            else if (Specified(input, currency, mine, said, shown) is { } taxBehavior) added = added.With(currency, taxBehavior);
            else return null;
        }

        return Parameters.Empty.With(Root, added).At(path);
    }

    /// <summary>The tax behaviour, where it alone differs and may still be specified.</summary>
    private static FieldValue.Object? Specified(PlanInput input, string currency, FieldValue wanted, FieldValue sent, FieldValue.Object shown)
    {
        if (wanted is not FieldValue.Object { Members: var members } || !members.TryGetValue("tax_behavior", out var taxBehavior) || taxBehavior.IsNone) return null;
        if (shown.Text("tax_behavior") is not (null or "unspecified")) return null;
        var rest = new FieldValue.Object(members.Remove("tax_behavior"));
        var said = sent is FieldValue.Object o ? new FieldValue.Object(o.Members.Remove("tax_behavior")) : sent;
        return rest.Members.IsEmpty || input.Observed!.Shows(input.Map.Type, Root.Append(currency), rest, said) ? Parameters.Empty.With("tax_behavior", taxBehavior) : null;
    }

    /// <summary>The currencies of a value at a path.</summary>
    private static FieldValue.Object Options(FieldPath path, FieldValue value) => Parameters.Empty.With(path, value).At(Root) as FieldValue.Object ?? Parameters.Empty;
}
