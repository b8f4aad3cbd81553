using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Faults;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.State;
using Microsoft.AspNetCore.Http;

namespace CdcStripeSync.Simulator.Control;

/// <summary>The simulator's own addresses under <c>/_sim/</c>: what was asked, what there is, and what shall go wrong.</summary>
internal sealed class ControlEndpoint(SimulatorState state, RequestLog log, FaultPlan faults)
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly Lock gate = new();
    private readonly List<Hold> holds = [];

    public async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        int status;
        string answer;
        try
        {
            (status, answer) = Answer($"{context.Request.Method} {context.Request.Path}", body);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or NullReferenceException)
        {
            (status, answer) = (400, new JsonObject { ["error"] = error.Message }.ToJsonString());
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }

    private (int Status, string Answer) Answer(string operation, string body)
    {
        switch (operation)
        {
            case "GET /_sim/requests":
                return (200, JsonSerializer.Serialize(log.Snapshot(), Snake));
            case "GET /_sim/counts":
                return (200, JsonSerializer.Serialize(log.Counts(), Snake));
            case "GET /_sim/objects":
                return (200, JsonSerializer.Serialize(StateDump.Objects(state)));
            case "GET /_sim/dump":
                return (200, StateDump.Write(state));
            case "POST /_sim/load":
                StateDump.Read(state, body);
                return (200, "{}");
            case "POST /_sim/age":
                var seconds = (double?)JsonNode.Parse(body)!["seconds"] ?? throw new FormatException("Expected {\"seconds\": number}.");
                lock (state.Gate) state.Keys.Age(TimeSpan.FromSeconds(seconds));
                return (200, "{}");
            case "POST /_sim/faults":
                var fault = faults.Add(FaultReader.Read(JsonNode.Parse(body)!.AsObject()));
                lock (gate)
                {
                    if (fault is Hold hold) holds.Add(hold);
                }

                return (200, "{}");
            case "DELETE /_sim/faults":
                faults.Clear();
                return (200, Release());
            case "POST /_sim/release":
                return (200, Release());
            default:
                return (404, "{\"error\":\"There are: GET requests, counts, objects, dump; POST load, age, faults, release; DELETE faults.\"}");
        }
    }

    /// <summary>Lets go all requests held by faults that were added over HTTP.</summary>
    private string Release()
    {
        lock (gate)
        {
            holds.ForEach(h => h.Release());
            holds.Clear();
        }

        return "{}";
    }
}
