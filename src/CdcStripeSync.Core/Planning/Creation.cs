using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Mapping.Evaluation;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>The first object of a generation.</summary>
internal static class Creation
{
    public static FieldPath LookupKey { get; } = FieldPath.Parse("lookup_key");

    /// <summary>Stands in Base too, so that a row whose key changed brings its object's metadata up to date.</summary>
    public static FieldPath KeyPath { get; } = FieldPath.MetadataKey(ReservedMetadata.Key);

    public static FieldValue KeyOf(EntityState state) => FieldValue.Of(ReservedMetadata.KeyValue(state.Key.RowText));

    /// <summary>What a create settles into Base.</summary>
    public static ImmutableSortedDictionary<string, FieldValue> Settles(PlanInput input, ImmutableSortedDictionary<FieldPath, FieldValue> fields)
    {
        if (input.Map.Type.HasMetadata) fields = fields.SetItem(KeyPath, KeyOf(input.State));
        if (MadeActive(input) is { } active) fields = fields.SetItem(Planner.Active, active);
        return Planner.Sets(fields);
    }

    /// <summary>Where only an update takes <c>active</c> (a feature), Stripe makes the object so. Where the row does not want that, nothing counts as
    /// said of it yet.</summary>
    private static FieldValue? MadeActive(PlanInput input)
    {
        if (input.Map.Type.Fields.GetValueOrDefault("active") is not { IsUpdateOnly: true } || !Planner.RowSaysActive(input)) return null;
        return Planner.IsActive(input) ? FieldValue.Of(true) : FieldValue.Nothing;
    }

    public static Plan Next(PlanInput input, string? parentId)
    {
        var fields = Fields(input);
        var parameters = Body(input, fields, parentId);
        if (input.Desired.StripeId is { } id) parameters = parameters.With("id", FieldValue.Of(OfGeneration(id, input.State.Generation)));
        var mayBeHeldByOurs = input.Claims.LookupKeyTransfer || !input.State.Predecessors.IsEmpty; // an earlier object of this key may have it still
        if (fields.ContainsKey(LookupKey) && mayBeHeldByOurs && input.Map.Type.CanTransferLookupKey) parameters = parameters.With("transfer_lookup_key", FieldValue.Of(true));
        var path = input.Map.Type.CollectionPathUnder(input.Map.Type.PathParent is null ? null : parentId);
        var command = new StripeCommand("POST", path, input.Map.Type.CollectionPath, parameters);
        var breadth = input.State.Generation > 1 ? BreadthKind.Recreate : BreadthKind.Create;
        return new Plan.Next(new PlanStep(StepKind.Create, command, Settles(input, fields), breadth, parentId, input.IntentId));
    }

    /// <summary>What the row wants now, and from the generation's first image what the source gives only once; no value is left out.</summary>
    public static ImmutableSortedDictionary<FieldPath, FieldValue> Fields(PlanInput input)
    {
        var wanted = input.Desired.Fields.Where(f => f.Value.Owner != Owner.SourceOnCreate)
            .Concat(input.FirstCreatable.Fields.Where(f => f.Value.Owner == Owner.SourceOnCreate)).ToImmutableSortedDictionary();
        if (input.State.StripeId is null) wanted = ObjectGroups.Standing(input.Map.Type, wanted, _ => false);
        return wanted.Where(f => !f.Value.Value.IsNone && (f.Key != LookupKey || input.Claims.LookupKeyWon) && input.Map.Type.Field(f.Key, FieldUse.Create) is not null)
            .ToImmutableSortedDictionary(f => f.Key, f => f.Value.Value);
    }

    /// <summary>The fields, the parent's id and the metadata by which the object is found again.</summary>
    public static FieldValue.Object Body(PlanInput input, IEnumerable<KeyValuePair<FieldPath, FieldValue>> fields, string? parentId)
    {
        var parameters = Parameters.Empty;
        foreach (var (path, value) in fields) parameters = parameters.With(path, value);
        if (parentId is not null && input.Map.Parent is { } parent && input.Map.Type.PathParent != parent.Resource) parameters = parameters.With(parent.Field, FieldValue.Of(parentId));
        if (!input.Map.Type.HasMetadata) return parameters;
        return parameters
            .With(KeyPath, KeyOf(input.State))
            .With(FieldPath.MetadataKey(ReservedMetadata.Intent), FieldValue.Of(input.IntentId));
    }

    /// <summary>A deleted object's id may not be free again: each later generation has its own.</summary>
    private static string OfGeneration(string id, int generation) =>
        generation == 1 ? id : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}-g{generation}");
}
