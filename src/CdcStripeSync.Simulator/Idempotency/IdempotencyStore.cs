using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Idempotency;

/// <summary>What Stripe remembers of a request's key: the answer, once execution has begun; for 24 hours, the newest only beyond a bound.</summary>
/// <param name="most">Keys that are kept.</param>
internal sealed class IdempotencyStore(TimeProvider clock, int most)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private readonly Dictionary<string, Remembered> remembered = [];
    private readonly LinkedList<Remembered> byAge = [];
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

        Add(new Remembered(key, fingerprint, Now()));
        return null;
    }

    public void Save(string key, Reply reply, string requestId)
    {
        if (!remembered.TryGetValue(key, out var entry)) return;
        entry.Reply = reply;
        entry.RequestId = requestId;
    }

    /// <summary>Forgets a request that ended before execution began.</summary>
    public void Abandon(string key)
    {
        if (remembered.TryGetValue(key, out var entry)) Forget(entry);
    }

    public void Age(TimeSpan by) => aged += by;

    /// <summary>What is remembered, oldest first; requests in flight have no answer yet and are left out.</summary>
    public JsonArray Write() =>
    [
        .. byAge.Where(k => k.Reply is not null).Select(k => new JsonObject
        {
            ["key"] = k.Key,
            ["fingerprint"] = k.Fingerprint,
            ["at"] = (k.At - aged).ToUnixTimeMilliseconds(),
            ["request_id"] = k.RequestId,
            ["status"] = k.Reply!.Status,
            ["body"] = Encoding.UTF8.GetString(k.Reply.Body),
        }),
    ];

    /// <summary>Replaces what is remembered by what <see cref="Write"/> gave.</summary>
    public void Read(JsonArray written)
    {
        remembered.Clear();
        byAge.Clear();
        foreach (var item in written)
        {
            Add(new Remembered((string)item!["key"]!, (string)item["fingerprint"]!, DateTimeOffset.FromUnixTimeMilliseconds((long)item["at"]!) + aged)
            {
                Reply = new Reply((int)item["status"]!, Encoding.UTF8.GetBytes((string)item["body"]!)),
                RequestId = (string?)item["request_id"],
            });
        }
    }

    private void Add(Remembered entry)
    {
        remembered[entry.Key] = entry;
        byAge.AddLast(entry.Place);
    }

    private void Forget(Remembered entry)
    {
        remembered.Remove(entry.Key);
        byAge.Remove(entry.Place);
    }

    private DateTimeOffset Now() => clock.GetUtcNow() + aged;

    private void Prune()
    {
        var oldest = Now() - Lifetime;
        while (byAge.First?.Value is { } first && (first.At <= oldest || (byAge.Count > most && first.Reply is not null))) Forget(first);
    }

    private sealed class Remembered
    {
        public Remembered(string key, string fingerprint, DateTimeOffset at)
        {
            (Key, Fingerprint, At) = (key, fingerprint, at);
            Place = new LinkedListNode<Remembered>(this);
        }

        /// <summary>Where it stands among the others, oldest first.</summary>
        public LinkedListNode<Remembered> Place { get; }

        public string Key { get; }

        public string Fingerprint { get; }

        public DateTimeOffset At { get; }

        public Reply? Reply { get; set; }

        public string? RequestId { get; set; }
    }
}
