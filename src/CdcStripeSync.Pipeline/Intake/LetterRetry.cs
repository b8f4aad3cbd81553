using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Dead letters that an operator wants tried again: read anew, under today's mapping and registry, and sent on their row's way,
/// in the order of their records: an older one may hold values that a newer one leaves out. One that newer state has overtaken is closed and
/// does nothing. They are gone through page by page, round and round: those that have to wait keep none behind them waiting.</summary>
internal sealed class LetterRetry(DeliveryParts parts, IRecordSource source, IRecordDecoder decoder, RowRouter router)
{
    private const int MostAtOnce = 1_000;

    /// <summary>Each letter is its whole record, which may be large.</summary>
    private const int PageSize = 100;

    /// <summary>Begun in the chore's own flow, ended in those of their rows.</summary>
    private readonly ConcurrentDictionary<long, bool> _underWay = new();
    private readonly Dictionary<string, DateTimeOffset> _askedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<PartitionId, long> _ends = [];
    private LetterPlace? _after;

    /// <summary>Takes the next pages.</summary>
    /// <returns>False where some have to wait, for the registry, for records that stand before theirs and are not settled, or for a turn: look again soon.</returns>
    public async Task<bool> TakeAsync(Action<Exception> failed, CancellationToken stop)
    {
        var all = _after is null;
        for (var looked = 0; looked < MostAtOnce; looked += PageSize)
        {
            var letters = await parts.Store.LettersAsync(new LetterFilter([LetterState.Retry]) { InOrder = true, After = _after }, PageSize, stop);
            if (await TakeAsync(letters, failed, stop) is not { } tookAll) return false;
            all &= tookAll;
            if (letters.Count == PageSize) continue;
            _after = null;
            return all;
        }

        return false;
    }

    /// <returns>Whether none has to wait; null where the registry is away: those behind it would overtake it.</returns>
    private async Task<bool?> TakeAsync(IReadOnlyList<DeadLetter> letters, Action<Exception> failed, CancellationToken stop)
    {
        var settled = (await parts.Store.OffsetsAsync([.. letters.Select(PartitionOf).Distinct()], stop)).ToDictionary(o => o.Partition, o => o.Next);
        await AskForEndsAsync(letters.Where(Waits), stop);
        var all = true;
        foreach (var letter in letters)
        {
            if (HasToWait(letter))
            {
                all = false;
            }
            else if (_underWay.TryAdd(letter.Id, true))
            {
                try
                {
                    await TryAsync(letter, failed, stop);
                }
                catch (SchemaRegistryUnavailableException)
                {
                    _underWay.TryRemove(letter.Id, out _);
                    return null;
                }
            }

            _after = LetterPlace.Of(letter);
        }

        // What is behind it in its partition has to wait, too: not read before that is over.
        if (letters.Count == PageSize && HasToWait(letters[^1])) _after = new LetterPlace(letters[^1].Record.Origin with { Offset = long.MaxValue }, long.MaxValue);
        return all;

        bool Waits(DeadLetter letter) => settled.TryGetValue(PartitionOf(letter), out var next) && next <= letter.Record.Origin.Offset;
        bool HasToWait(DeadLetter letter) => Waits(letter) && !(_ends.TryGetValue(PartitionOf(letter), out var end) && letter.Record.Origin.Offset >= end);
    }

    /// <summary>Where the partitions of letters that wait end now, each topic asked for now and then. A record that lies beyond stood in a topic which was made anew since: none
    /// of those that are not settled is from before it.</summary>
    private async Task AskForEndsAsync(IEnumerable<DeadLetter> waiting, CancellationToken stop)
    {
        foreach (var topic in waiting.Select(l => l.Record.Origin.Topic).Distinct())
        {
            if (_askedAt.TryGetValue(topic, out var asked) && parts.Now < asked + parts.Options.AskAgainInterval) continue;
            foreach (var (partition, end) in await source.EndsAsync(topic, stop) ?? new Dictionary<int, long>()) _ends[new PartitionId(topic, partition)] = end;
            _askedAt[topic] = parts.Now;
        }
    }

    private static PartitionId PartitionOf(DeadLetter letter) => new(letter.Record.Origin.Topic, letter.Record.Origin.Partition);

    private async Task TryAsync(DeadLetter letter, Action<Exception> failed, CancellationToken stop)
    {
        switch (await decoder.DecodeAsync(letter.Record, stop))
        {
            case DecodedRecord.Skipped skipped: await CloseAsync(letter, $"nothing to deliver: {skipped.Kind}", stop); break;
            case DecodedRecord.Unreadable again: await FailedAgainAsync(letter, again, stop); break;
            case DecodedRecord.Change { Event: var change } when await IsOvertakenAsync(change, stop): await CloseAsync(letter, "overtaken: newer state of its row stands", stop); break;
            case DecodedRecord.Change { Event: var change }:
                var ticket = new RecordTicket(letter.Record.Origin, () => _ = SettledAsync(letter, failed, stop), 1);
                if (await router.RouteAsync(letter.Record, change, ticket, stop) is { } unroutable) await FailedAgainAsync(letter, unroutable, stop);
                break;
            default: throw new InvalidOperationException("an unknown record");
        }
    }

    /// <summary>Of a key change both keys' rows have to know of it: its other half may never have been read.</summary>
    private async Task<bool> IsOvertakenAsync(ChangeEvent change, CancellationToken stop)
    {
        var ways = parts.Mapping.For(change.Table).Select(map => RowWay.Of(map, change)).ToList();
        if (ways.Exists(w => w.Failure is not null)) return false;
        var keys = ways.SelectMany(w => w.Keys).ToList();
        foreach (var key in keys)
        {
            if (!EventOrder.IsOvertaken(await parts.Entities.ReadAgainAsync(key, stop), change, null)) return false;
        }

        return keys.Count > 0;
    }

    private async Task SettledAsync(DeadLetter letter, Action<Exception> failed, CancellationToken stop)
    {
        try
        {
            await CloseAsync(letter, "delivered", stop);
        }
        catch (Exception e)
        {
            failed(e);
        }
    }

    private async Task CloseAsync(DeadLetter letter, string outcome, CancellationToken stop)
    {
        await parts.Store.MarkLettersAsync(new LetterFilter([LetterState.Retry], [letter.Id]), LetterState.Closed, outcome, stop);
        _underWay.TryRemove(letter.Id, out _);
    }

    private async Task FailedAgainAsync(DeadLetter letter, DecodedRecord.Unreadable again, CancellationToken stop)
    {
        var newer = letter with { Error = again.Error, Hint = again.Hint, Attempts = letter.Attempts + 1, MappingFingerprint = parts.Mapping.Fingerprint, At = parts.Now };
        await parts.Writer.WriteAsync(new StateBatch { DeadLetters = [newer] }, stop);
        parts.Observer.DeadLettered(newer);
        _underWay.TryRemove(letter.Id, out _);
    }
}
