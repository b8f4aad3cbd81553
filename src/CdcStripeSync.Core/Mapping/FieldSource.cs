using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Where a rule takes its value from. A closed set.</summary>
public abstract record FieldSource
{
    private FieldSource()
    {
    }

    /// <summary>Every column that the value is made of.</summary>
    public abstract ImmutableArray<string> Columns { get; }

    public sealed record Column(string Name) : FieldSource
    {
        public override ImmutableArray<string> Columns => [Name];

        public override string ToString() => $"column {Name}";
    }

    public sealed record Templated(Template Template) : FieldSource
    {
        public override ImmutableArray<string> Columns => Template.Columns;

        public override string ToString() => $"template {Template}";
    }

    /// <summary>The first of several columns that is not null.</summary>
    public sealed record Coalesce(ImmutableArray<string> Names) : FieldSource
    {
        public override ImmutableArray<string> Columns => Names;

        public override string ToString() => $"coalesce {string.Join(",", Names)}";
    }

    /// <summary>A value of the mapping itself, already of the field's type.</summary>
    public sealed record Constant(FieldValue Value) : FieldSource
    {
        public override ImmutableArray<string> Columns => [];

        public override string ToString() => $"constant {FieldValueJson.ToJson(Value)}";
    }

    /// <summary>No source: Stripe owns the field, the mapping only says where its value is written back.</summary>
    public sealed record Nowhere : FieldSource
    {
        public override ImmutableArray<string> Columns => [];

        public override string ToString() => "nowhere";
    }
}
