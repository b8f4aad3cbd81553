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
internal sealed class LetterRetry(DeliveryParts parts, IRecordDecoder decoder, RowRouter router)
{
    private const int MostAtOnce = 1_000;

    /// <summary>Begun in the chore's own flow, ended in those of their rows.</summary>
    private readonly ConcurrentDictionary<long, bool> _underWay = new();
    private LetterPlace? _after;

    /// <summary>Takes the next page.</summary>
    /// <returns>False where some have to wait, for the registry, for records that stand before theirs and are not settled, or for a turn: look again soon.</returns>
    public async Task<bool> TakeAsync(Action<Exception> failed, CancellationToken stop)
    {
        var letters = await parts.Store.LettersAsync(new LetterFilter([LetterState.Retry]) { InOrder = true, After = _after }, MostAtOnce, stop);
        var all = _after is null && letters.Count < MostAtOnce;
        var settled = (await parts.Store.OffsetsAsync([.. letters.Select(PartitionOf).Distinct()], stop)).ToDictionary(o => o.Partition, o => o.Next);
        foreach (var letter in letters)
        {
            if (settled.TryGetValue(PartitionOf(letter), out var next) && next <= letter.Record.Origin.Offset)
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
                    return false; // those behind it would overtake it
                }
            }

            _after = LetterPlace.Of(letter);
        }

        if (letters.Count < MostAtOnce) _after = null;
        return all;
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
