using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping.Evaluation;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>What a row wants its Stripe object to be. Pure.</summary>
public static class DesiredState
{
    public static Desired Of(ResourceMap map, Row row)
    {
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        var unknownAtCreation = new SortedSet<string>(StringComparer.Ordinal);
        var exists = map.ExistsWhen is null ? true : Decide(map.ExistsWhen, "exists_when", row, problems, unknown);
        var parentKey = map.Parent is null ? null : KeyEncoding.Encode(row, map.Parent.Columns);
        var stripeId = StripeId(map, row, exists, problems, unknown);
        if (exists == false)
        {
            return new Desired { Exists = false, Fields = NoFields, StripeId = stripeId, ParentKey = parentKey, IsDefault = map.DefaultWhen is null ? null : false };
        }

        CheckParent(map, row, parentKey, problems, unknown);
        var isDefault = map.DefaultWhen is null ? null : Decide(map.DefaultWhen, "default_when", row, problems, unknown);
        var fields = new SortedDictionary<FieldPath, DesiredField>();
        foreach (var rule in map.Fields.Where(r => r.Owner != Owner.Stripe))
        {
            if (FieldOf(map, rule, row, problems, rule.Owner == Owner.SourceOnCreate ? unknownAtCreation : unknown) is { } field) fields[rule.Path] = field;
        }

        var standing = ObjectGroups.Standing(map.Type, fields.ToImmutableSortedDictionary(), _ => true);
        CheckAmount(map, standing, problems);
        return new Desired
        {
            Exists = exists,
            Fields = standing,
            StripeId = stripeId,
            ParentKey = parentKey,
            IsDefault = isDefault,
            Problems = problems.ToImmutable(),
            UnknownColumns = [.. unknown],
            UnknownAtCreation = [.. unknownAtCreation.Except(unknown)],
        };
    }

    /// <summary>Whether the row's object is to exist; null where an unknown column, or one that cannot be compared, leaves that open.</summary>
    public static bool? Exists(ResourceMap map, Row row) => map.ExistsWhen is null ? true : Decide(map.ExistsWhen, "exists_when", row, ImmutableArray.CreateBuilder<FieldProblem>(), []);

    private static ImmutableSortedDictionary<FieldPath, DesiredField> NoFields => ImmutableSortedDictionary<FieldPath, DesiredField>.Empty;

    /// <summary>True or false where the known columns decide; a false test decides although another column is unknown.</summary>
    private static bool? Decide(Condition condition, string member, Row row, ImmutableArray<FieldProblem>.Builder problems, SortedSet<string> unknown)
    {
        var results = condition.Tests.Select(t => (Test: t, Result: t.Comparison.Of(row[t.Column]))).ToList();
        if (results.Any(r => r.Result == ComparisonResult.False)) return false;
        foreach (var (test, _) in results.Where(r => r.Result == ComparisonResult.Incomparable))
        {
            problems.Add(new FieldProblem(member, $"{test.Column} holds '{Shown.Of(row[test.Column])}', which cannot be compared by {test.Comparison}", "correct the row or the condition"));
        }

        foreach (var (test, _) in results.Where(r => r.Result == ComparisonResult.Unknown)) unknown.Add(test.Column);
        return results.All(r => r.Result == ComparisonResult.True) ? true : null;
    }

    private static string? StripeId(ResourceMap map, Row row, bool? exists, ImmutableArray<FieldProblem>.Builder problems, SortedSet<string> unknown)
    {
        if (map.StripeIdTemplate is not { } template) return null;
        var id = template.RenderId(row);
        if (id.HasValue) return id.AsText;
        if (exists == false) return null;
        if (id.IsNull) problems.Add(new FieldProblem("stripe_id", $"a column of '{template}' is null", "use columns that are never null", OnlyAtCreation: true));
        else unknown.UnionWith(template.Columns.Where(c => row[c].IsUnavailable));
        return null;
    }

    private static void CheckParent(ResourceMap map, Row row, string? parentKey, ImmutableArray<FieldProblem>.Builder problems, SortedSet<string> unknown)
    {
        if (map.Parent is not { } parent || parentKey is not null) return;
        var missing = parent.Columns.Where(c => row[c].IsUnavailable).ToList();
        unknown.UnionWith(missing);
        if (missing.Count > 0) return;
        var type = map.Type.Fields.GetValueOrDefault(parent.Field.Root);
        if (type is { Required: true } || map.Type.Name == "price" || map.Type.PathParent is not null)
        {
            problems.Add(new FieldProblem("parent", $"the row names no {parent.Resource}: {string.Join(", ", parent.Columns)} is null", $"a {map.Type.Name} needs one"));
        }
    }

    private static DesiredField? FieldOf(ResourceMap map, FieldRule rule, Row row, ImmutableArray<FieldProblem>.Builder problems, SortedSet<string> unknown)
    {
        var (value, wrong) = ValueOf(map, rule, row, unknown);
        if (value is not null) value = AmountFields.WithoutDisabled(rule.Path, value);
        if (value is not null && wrong is null && (FieldLimits.Check(value, rule.Type) ?? AmountFields.CheckCurrencies(rule.Path, value)) is { } limit) wrong = new Evaluated.Wrong(limit.Message, limit.Hint);
        if (value is { IsNone: true } && wrong is null) wrong = MissingProblem(map, rule);
        if (wrong is not null)
        {
            var onlyAtCreation = rule.Owner == Owner.SourceOnCreate || (value is { IsNone: true } && rule is { Required: false, OnNull: OnNull.Leave });
            problems.Add(new FieldProblem(rule.Path.ToString(), wrong.Message, wrong.Hint, onlyAtCreation));
            return onlyAtCreation && value is { IsNone: true } ? Field(rule, value) : null;
        }

        return value is null ? null : Field(rule, value);
    }

    private static DesiredField Field(FieldRule rule, FieldValue value) => new(value, rule.Owner, rule.OnNull, rule.OnConflict);

    /// <summary>The value of the field's type; none where it is unknown (its columns are then noted) or wrong.</summary>
    private static (FieldValue? Value, Evaluated.Wrong? Wrong) ValueOf(ResourceMap map, FieldRule rule, Row row, SortedSet<string> unknown)
    {
        if (rule.Source is FieldSource.Constant constant) return (constant.Value, null);
        switch (RuleEvaluation.Run(map, rule, row))
        {
            case Evaluated.Known known: return FieldCoercion.To(rule.Type, known.Value);
            case Evaluated.Wrong wrong: return (null, wrong);
            case Evaluated.Unknown missing:
                unknown.UnionWith(missing.Columns);
                return (null, null);
            case var other: throw new InvalidOperationException($"{other.GetType().Name} is no evaluation");
        }
    }

    private static Evaluated.Wrong? MissingProblem(ResourceMap map, FieldRule rule)
    {
        if (rule.Required) return new Evaluated.Wrong("the value is null, and the mapping says `required`", "give the row a value");
        return rule.Path.IsRoot && rule.Type is { Required: true, CanClear: false }
            ? new Evaluated.Wrong($"the value is null, and Stripe requires it of a {map.Type.Name}", "give the row a value")
            : null;
    }

    /// <summary>A price without any amount would be refused; one that exists has Stripe's, where the row may leave it so. One whose amount is unknown or
    /// wrong is held for that already.</summary>
    private static void CheckAmount(ResourceMap map, ImmutableSortedDictionary<FieldPath, DesiredField> fields, ImmutableArray<FieldProblem>.Builder problems)
    {
        if (map.Type.Name != "price") return;
        var amounts = map.Fields.Where(r => r.Path.Root is "unit_amount" or "unit_amount_decimal" or "custom_unit_amount" or "tiers").ToList();
        if (amounts.Count == 0 || amounts.Any(r => !fields.TryGetValue(r.Path, out var field) || !field.Value.IsNone)) return;
        problems.Add(new FieldProblem(
            amounts[0].Path.ToString(), "the row has no amount", "a price needs one: give the row a value, or hold it out with `exists_when`",
            OnlyAtCreation: amounts.TrueForAll(r => ObjectGroups.IsLeftToStripe(fields[r.Path]))));
    }
}
