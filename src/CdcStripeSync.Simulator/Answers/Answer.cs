using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Answers;

/// <summary>What an executed request answers, before expansion.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>One object, or the notice that it was deleted.</summary>
    public sealed record One(JsonObject Json) : Answer
    {
        /// <summary>Whether this is the one answer that shows a webhook endpoint's secret.</summary>
        public bool ShowsSecret { get; init; }
    }

    public sealed record Page(IReadOnlyList<JsonObject> Data, bool HasMore, string Url) : Answer;

    public sealed record Found(IReadOnlyList<JsonObject> Data, string? NextPage, string Url) : Answer;
}
