using System.Collections.Immutable;

namespace CdcStripeSync.Core.Values;

/// <summary>A value on Stripe's side: a parameter to send, or a part of an object that Stripe showed.</summary>
/// <remarks>A closed set; equality is by content. <see cref="None"/> is JSON null, and for a desired field "no value".</remarks>
public abstract record FieldValue
{
    private FieldValue()
    {
    }

    public static FieldValue Nothing { get; } = new None();

    public static FieldValue Of(string text) => new Text(text);

    public static FieldValue Of(bool value) => new Boolean(value);

    public static FieldValue Of(ExactDecimal value) => new Number(value);

    public bool IsNone => this is None;

    public sealed record None : FieldValue;

    public sealed record Text(string Value) : FieldValue;

    public sealed record Number(ExactDecimal Value) : FieldValue;

    public sealed record Boolean(bool Value) : FieldValue;

    public sealed record List(ImmutableArray<FieldValue> Items) : FieldValue
    {
        public bool Equals(List? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

        public override int GetHashCode() => Items.Length;
    }

    /// <summary>Members in ordinal order of their names.</summary>
    public sealed record Object(ImmutableSortedDictionary<string, FieldValue> Members) : FieldValue
    {
        public bool Equals(Object? other) => other is not null && Members.SequenceEqual(other.Members);

        public override int GetHashCode() => Members.Count;
    }
}
