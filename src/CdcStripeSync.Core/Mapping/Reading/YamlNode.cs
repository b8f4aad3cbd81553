using System.Collections.Immutable;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>A piece of a YAML document that knows where it stands. A closed set.</summary>
internal abstract record YamlNode(YamlMark At)
{
    /// <summary>What a person would call it.</summary>
    public abstract string Noun { get; }

    /// <param name="At">Where it begins.</param>
    /// <param name="Text">Without quotes.</param>
    /// <param name="IsPlain">Without quotes in the file: <c>true</c>, <c>null</c> and numbers mean themselves only then.</param>
    public sealed record Scalar(YamlMark At, string Text, bool IsPlain) : YamlNode(At)
    {
        public override string Noun => IsNull ? "nothing" : $"'{Text}'";

        public bool IsNull => IsPlain && (Text is "" or "~" or "null" or "Null" or "NULL");
    }

    public sealed record List(YamlMark At, ImmutableArray<YamlNode> Items) : YamlNode(At)
    {
        public override string Noun => "a list";
    }

    public sealed record Map(YamlMark At, ImmutableArray<YamlEntry> Entries) : YamlNode(At)
    {
        public override string Noun => "a mapping";
    }
}
