using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Idempotency;

/// <summary>What Stripe remembers of a request's key: the answer, once execution has begun; for 24 hours.</summary>
internal sealed class IdempotencyStore(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private readonly Dictionary<string, Remembered> remembered = [];
    private readonly Queue<(string Key, Remembered Entry)> byAge = [];
    private TimeSpan aged;

    /// <summary>Begins a request, or returns the answer to repeat.</summary>
    /// <exception cref="StripeErrorException">Other parameters than before, or still in flight.</exception>
    public Replay? Begin(string key, string fingerprint)
    {
        Prune();
        if (remembered.TryGetValue(key, out var known))
        {
            if (known.Fingerprint != fingerprint)
            {
                throw new StripeErrorException(400, "idempotency_error", null,
                    $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.");
            }

            if (known.Reply is not { } reply)
            {
                throw new StripeErrorException(409, "idempotency_error", "idempotency_key_in_use",
                    $"There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {key}. Please try again later.");
            }

            return new Replay(reply, known.RequestId!);
        }

        var entry = new Remembered(fingerprint, Now());
        remembered[key] = entry;
        byAge.Enqueue((key, entry));
        return null;
    }

    public void Save(string key, Reply reply, string requestId)
    {
        if (!remembered.TryGetValue(key, out var entry)) return;
        entry.Reply = reply;
        entry.RequestId = requestId;
    }

    /// <summary>Forgets a request that ended before execution began.</summary>
    public void Abandon(string key) => remembered.Remove(key);

    public void Age(TimeSpan by) => aged += by;

    /// <summary>What is remembered, oldest first; requests in flight have no answer yet and are left out.</summary>
    public JsonArray Write() =>
    [
        .. byAge.Where(k => IsCurrent(k.Key, k.Entry) && k.Entry.Reply is not null).Select(k => new JsonObject
        {
            ["key"] = k.Key,
            ["fingerprint"] = k.Entry.Fingerprint,
            ["at"] = (k.Entry.At - aged).ToUnixTimeMilliseconds(),
            ["request_id"] = k.Entry.RequestId,
            ["status"] = k.Entry.Reply!.Status,
            ["body"] = Encoding.UTF8.GetString(k.Entry.Reply.Body),
        }),
    ];

    /// <summary>Replaces what is remembered by what <see cref="Write"/> gave.</summary>
    public void Read(JsonArray written)
    {
        remembered.Clear();
        byAge.Clear();
        foreach (var item in written)
        {
            var entry = new Remembered((string)item!["fingerprint"]!, DateTimeOffset.FromUnixTimeMilliseconds((long)item["at"]!) + aged)
            {
                Reply = new Reply((int)item["status"]!, Encoding.UTF8.GetBytes((string)item["body"]!)),
                RequestId = (string?)item["request_id"],
            };
            var key = (string)item["key"]!;
            remembered[key] = entry;
            byAge.Enqueue((key, entry));
        }
    }

    private bool IsCurrent(string key, Remembered entry) => remembered.TryGetValue(key, out var current) && ReferenceEquals(current, entry);

    private DateTimeOffset Now() => clock.GetUtcNow() + aged;

    private void Prune()
    {
        var oldest = Now() - Lifetime;
        while (byAge.TryPeek(out var first) && first.Entry.At <= oldest)
        {
            byAge.Dequeue();
            if (IsCurrent(first.Key, first.Entry)) remembered.Remove(first.Key);
        }
    }

    private sealed class Remembered(string fingerprint, DateTimeOffset at)
    {
        public string Fingerprint => fingerprint;

        public DateTimeOffset At => at;

        public Reply? Reply { get; set; }

        public string? RequestId { get; set; }
    }
}
