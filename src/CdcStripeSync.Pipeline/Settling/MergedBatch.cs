using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>Several batches as one with the same effect as all of them in order. Pure.</summary>
public static class MergedBatch
{
    public static StateBatch Of(IReadOnlyList<StateBatch> batches)
    {
        if (batches.Count == 1) return batches[0];
        var entities = new Dictionary<EntityKey, EntityState>();
        var parked = new Dictionary<EntityKey, ParkedRow?>();
        var claims = new Dictionary<(string, string, EntityKey), (Claim? Put, Claim? Drop)>();
        var calls = new Dictionary<string, WakeCall?>(StringComparer.Ordinal);
        var offsets = new Dictionary<PartitionId, StoredOffset>();
        foreach (var batch in batches)
        {
            foreach (var entity in batch.Entities) entities[entity.Key] = entity;
            foreach (var row in batch.Park) parked[row.Key] = row;
            foreach (var key in batch.Unpark) parked[key] = null;
            foreach (var claim in batch.Claims) claims[(claim.Kind, claim.Value, claim.Claimant)] = (claim, null);
            foreach (var claim in batch.ClaimsDropped)
            {
                var put = claims.GetValueOrDefault((claim.Kind, claim.Value, claim.Claimant)).Put;
                if (put is null || claim.Drops(put)) claims[(claim.Kind, claim.Value, claim.Claimant)] = (put, claim);
            }

            foreach (var call in batch.Calls) calls[call.Id] = call;
            foreach (var answered in batch.CallsAnswered) calls[answered] = null;
            foreach (var offset in batch.Offsets) offsets[offset.Partition] = offset with { BeginsAnew = offset.BeginsAnew || offsets.GetValueOrDefault(offset.Partition).BeginsAnew };
        }

        return new StateBatch
        {
            Entities = [.. entities.Values],
            Park = [.. parked.Values.OfType<ParkedRow>()],
            Unpark = [.. parked.Where(p => p.Value is null).Select(p => p.Key)],
            Claims = [.. claims.Values.Select(c => c.Put).OfType<Claim>()],
            ClaimsDropped = [.. claims.Values.Select(c => c.Drop).OfType<Claim>()],
            Calls = [.. calls.Values.OfType<WakeCall>()],
            CallsAnswered = [.. calls.Where(c => c.Value is null).Select(c => c.Key)],
            DeadLetters = [.. batches.SelectMany(b => b.DeadLetters)],
            TablePositions = [.. batches.SelectMany(b => b.TablePositions).GroupBy(t => t.Table).Select(g => g.Aggregate((standing, next) => next.Replaces(standing) ? next : standing))],
            SnapshotEnds = [.. batches.SelectMany(b => b.SnapshotEnds).GroupBy(e => e.Table).Select(g => g.Aggregate((standing, next) => next.Replaces(standing) ? next : standing))],
            Audit = [.. batches.SelectMany(b => b.Audit)],
            Offsets = [.. offsets.Values],
            Forgotten = [.. batches.SelectMany(b => b.Forgotten)],
        };
    }
}
