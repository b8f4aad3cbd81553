using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>What an object as Stripe shows it says of a field.</summary>
public static class Showing
{
    /// <summary>Whether the object is as desired in one field, where Stripe may have added of its own what nobody said.</summary>
    /// <param name="sent">What we said last: a member that it has and <paramref name="desired"/> has not was taken back, and is nobody's addition.</param>
    public static bool Shows(this FieldValue.Object observed, ResourceType type, FieldPath path, FieldValue desired, FieldValue? sent = null) =>
        FieldNormaliser.IsShown(type, path, sent is null ? desired : WithTakenBack(desired, sent), observed.Shown(path));

    /// <summary>Out of use: archived, or deactivated.</summary>
    public static bool IsInactive(this FieldValue.Object observed) =>
        observed.At(Planner.Active) == FieldValue.Of(false) || observed.Text("status") == "inactive";

    /// <summary>Stripe shows the bounds of an amount that the customer chooses, but not that it is enabled.</summary>
    private static FieldValue Shown(this FieldValue.Object observed, FieldPath path) =>
        path is { Leaf: "enabled", Parent: { Leaf: "custom_unit_amount" } around } && observed.At(around) is FieldValue.Object ? FieldValue.Of(true) : observed.At(path);

    private static FieldValue WithTakenBack(FieldValue desired, FieldValue sent) => (desired, sent) switch
    {
        (FieldValue.Object mine, FieldValue.Object theirs) => new FieldValue.Object(mine.Members.SetItems(
            theirs.Members.Select(m => KeyValuePair.Create(m.Key, WithTakenBack(mine.Members.GetValueOrDefault(m.Key, FieldValue.Nothing), m.Value))))),
        (FieldValue.List mine, FieldValue.List theirs) when mine.Items.Length == theirs.Items.Length =>
            new FieldValue.List([.. mine.Items.Zip(theirs.Items).Select(pair => WithTakenBack(pair.First, pair.Second))]),
        _ => desired,
    };
}
