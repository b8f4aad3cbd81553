using System.Net;
using System.Text.Json;

namespace CdcStripeSync.Connect.Rest;

/// <summary>One answer of a worker, read to its end.</summary>
/// <param name="Attempts">How many requests it took.</param>
/// <param name="Location">Where it sends on to; null for an answer of its own.</param>
internal sealed record ConnectAnswer(HttpStatusCode Status, string Body, int Attempts, Uri? Location = null)
{
    public bool Ok => (int)Status is >= 200 and < 300;

    /// <summary>The worker's own words, else the beginning of whatever answered.</summary>
    public string Message
    {
        get
        {
            try
            {
                using var json = JsonDocument.Parse(Body);
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
                    return Planning.Secrets.Clean(message.GetString()!);
            }
            catch (JsonException)
            {
                // A proxy's page, not the worker's JSON.
            }

            var text = Planning.Secrets.Clean(Body.ReplaceLineEndings(" ").Trim());
            return text.Length <= 200 ? text : text[..200];
        }
    }

    /// <summary>A failure of the worker's own that may pass: the request is right. A few repetitions tell.</summary>
    public bool IsFailure => (int)Status >= 500 && !Message.Contains("Failed to find any class", StringComparison.Ordinal) && !Message.Contains("Cannot construct instance", StringComparison.Ordinal);

    /// <summary>Kafka Connect answers 409 while it rebalances and while another change is under way, and also for a name that is taken; only the last one stays.</summary>
    public bool IsMomentary => Status switch
    {
        HttpStatusCode.Conflict => !Message.EndsWith("already exists", StringComparison.Ordinal),
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => true,
        _ => IsLost,
    };

    /// <summary>Whoever forwarded the request did not hear the end of it: what it asks for may have been done.</summary>
    public bool IsLost => Status switch
    {
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => true,
        HttpStatusCode.InternalServerError => Message.StartsWith("Request timed out", StringComparison.OrdinalIgnoreCase)
            || Message.StartsWith("IO Error trying to forward REST request", StringComparison.Ordinal),
        _ => false,
    };
}
