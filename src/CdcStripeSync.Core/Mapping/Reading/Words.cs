namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>The mapping file's words for closed sets.</summary>
internal static class Words
{
    public static readonly IReadOnlyDictionary<string, StripeMode> Modes = new Dictionary<string, StripeMode>
    {
        ["test"] = StripeMode.Test,
        ["live"] = StripeMode.Live,
    };

    public static readonly IReadOnlyDictionary<string, Rollout> Rollouts = new Dictionary<string, Rollout>
    {
        ["on_change"] = Rollout.OnChange,
        ["now"] = Rollout.Now,
    };

    public static readonly IReadOnlyDictionary<string, OnDelete> OnDeletes = new Dictionary<string, OnDelete>
    {
        ["archive"] = OnDelete.Archive,
        ["delete"] = OnDelete.Delete,
        ["keep"] = OnDelete.Keep,
    };

    public static readonly IReadOnlyDictionary<string, Owner> Owners = new Dictionary<string, Owner>
    {
        ["source"] = Owner.Source,
        ["stripe"] = Owner.Stripe,
        ["source_on_create"] = Owner.SourceOnCreate,
        ["shared"] = Owner.Shared,
    };

    public static readonly IReadOnlyDictionary<string, ConflictPolicy> Conflicts = new Dictionary<string, ConflictPolicy>
    {
        ["source_wins"] = ConflictPolicy.SourceWins,
        ["stripe_wins"] = ConflictPolicy.StripeWins,
        ["newest"] = ConflictPolicy.Newest,
        ["ask"] = ConflictPolicy.Ask,
    };

    public static readonly IReadOnlyDictionary<string, OnNull> OnNulls = new Dictionary<string, OnNull>
    {
        ["clear"] = OnNull.Clear,
        ["leave"] = OnNull.Leave,
    };

    public static readonly IReadOnlyDictionary<string, OnUnmap> OnUnmaps = new Dictionary<string, OnUnmap>
    {
        ["leave"] = OnUnmap.Leave,
        ["clear"] = OnUnmap.Clear,
    };

    public static readonly IReadOnlyDictionary<string, ComparisonOperator> Operators = new Dictionary<string, ComparisonOperator>
    {
        ["gt"] = ComparisonOperator.Gt,
        ["ge"] = ComparisonOperator.Ge,
        ["lt"] = ComparisonOperator.Lt,
        ["le"] = ComparisonOperator.Le,
        ["eq"] = ComparisonOperator.Eq,
        ["ne"] = ComparisonOperator.Ne,
        ["in"] = ComparisonOperator.In,
    };
}
