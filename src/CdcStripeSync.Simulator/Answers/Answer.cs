using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Answers;

/// <summary>What an executed request answers, before expansion.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    public sealed record One(JsonObject Json) : Answer;

    public sealed record Page(IReadOnlyList<JsonObject> Data, bool HasMore, string Url) : Answer;

    public sealed record Found(IReadOnlyList<JsonObject> Data, string? NextPage, int Total, string Url) : Answer;
}
