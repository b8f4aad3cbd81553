using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Broker;

/// <summary>A Kafka cluster with one consumer group: logs, committed offsets, and who owns what. A partition changes hands cooperatively, or
/// after the session time-out where its owner is silent.</summary>
internal sealed class KafkaBroker
{
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(10);
    private readonly World _world;
    private readonly Chance _chance;
    private readonly int _partitionsEach;
    private readonly List<GroupMember> _members = [];
    private readonly Dictionary<PartitionId, GroupMember> _target = [];

    public KafkaBroker(World world, Chance chance, int partitionsEach)
    {
        _partitionsEach = partitionsEach;
        _world = world;
        _chance = chance;
        Tables = new SourceTables(world);
        foreach (var table in ShopDatabase.Tables)
        {
            for (var i = 0; i < _partitionsEach; i++) Logs.Add(new PartitionId($"shop.public.{table}", i), new PartitionLog(new PartitionId($"shop.public.{table}", i)));
        }
    }

    public SourceTables Tables { get; }

    /// <summary>Percent of updates that nobody can read.</summary>
    public int UnreadableShare { get; set; }

    /// <summary>The records that nobody could read when they came.</summary>
    public HashSet<RecordOrigin> Unreadables { get; } = [];

    /// <summary>What nobody could read can be read: somebody mended the registry.</summary>
    public bool IsMended { get; set; }

    /// <summary>What a record says, to who reads it now.</summary>
    public DecodedRecord Decode(RecordOrigin origin)
    {
        var (change, _, decoded) = Logs[new PartitionId(origin.Topic, origin.Partition)].Records[(int)origin.Offset];
        return IsMended && decoded is DecodedRecord.Unreadable ? RecordWriter.Of(change, origin) : decoded;
    }

    /// <summary>Is told each commit before it counts.</summary>
    public Action<StoredOffset>? Committing { get; set; }

    /// <summary>Until then no schema can be had.</summary>
    public long RegistryAwayUntil { get; set; }

    public Dictionary<PartitionId, PartitionLog> Logs { get; } = [];

    public void Append(RowEvent change)
    {
        var id = new PartitionId($"shop.public.{change.Table}", (change.Op == RowOp.Truncate ? change.Number : change.Key) % _partitionsEach);
        var log = Logs[id];
        var origin = new RecordOrigin(id.Topic, id.Partition, log.Records.Count);
        var isUnreadable = UnreadableShare > 0 && change.Op == RowOp.Update && _chance.In(UnreadableShare);
        if (isUnreadable) Unreadables.Add(origin);
        if (_world.IsTraced) _world.Say($"kafka {origin} {change}{(isUnreadable ? " !unreadable" : "")}");
        Tables.Fed(change);
        log.Records.Add((change, new SourceRecord(origin, change.At, RecordWriter.KeyBytes(change), null, []), isUnreadable ? RecordWriter.Unreadable(change) : RecordWriter.Of(change, origin)));
        foreach (var member in _members) member.Wake();
    }

    /// <summary>A change that has no record.</summary>
    public void Lost(RowEvent change)
    {
        if (_world.IsTraced) _world.Say($"no record of {change}");
        Tables.Fed(change);
    }

    public GroupMember Join(SimulatedProcess process, Action wake)
    {
        var member = new GroupMember(process, wake);
        _members.Add(member);
        Rebalance();
        return member;
    }

    /// <summary>Out of the group at once: a clean stop, or the end of the session time-out.</summary>
    public void Leave(GroupMember member)
    {
        if (!_members.Remove(member)) return;
        member.IsEvicted = true;
        Rebalance();
    }

    /// <summary>A process died or froze: the group notices when its session ends, if it is still silent.</summary>
    public void Silence(SimulatedProcess process, Func<bool> isStillSilent) => After(SessionTimeout, () =>
    {
        if (_members.Find(m => m.Process == process) is { } member && isStillSilent())
        {
            if (_world.IsTraced) _world.Say($"kafka evicts {process.Name}");
            Leave(member);
        }
    });

    /// <summary>Deals the partitions out anew, now and then otherwise than before.</summary>
    /// <returns>Whether anything changes hands.</returns>
    public bool Rebalance()
    {
        var before = _target.ToDictionary();
        _target.Clear();
        if (_members.Count == 0) return false;
        var turn = _chance.Below(_members.Count);
        foreach (var id in Logs.Keys) _target[id] = _members[turn++ % _members.Count];
        foreach (var member in _members) member.Wake();
        return _target.Any(t => before.GetValueOrDefault(t.Key) != t.Value);
    }

    public IReadOnlyList<PartitionId> ToRevoke(GroupMember member) => [.. member.Owned.Where(p => _target.GetValueOrDefault(p) != member)];

    public void Released(GroupMember member, IReadOnlyList<PartitionId> partitions)
    {
        member.Owned.RemoveAll(partitions.Contains);
        foreach (var other in _members) other.Wake();
    }

    public IReadOnlyList<PartitionId> ToAssign(GroupMember member) =>
        [.. Logs.Keys.Where(p => _target.GetValueOrDefault(p) == member && !member.Owned.Contains(p) && !_members.Exists(m => m.Owned.Contains(p)))];

    public void Commit(GroupMember member, IReadOnlyCollection<StoredOffset> offsets)
    {
        if (member.IsEvicted) return;
        foreach (var offset in offsets.Where(o => member.Owned.Contains(o.Partition)))
        {
            Committing?.Invoke(offset);
            Logs[offset.Partition].Committed = offset.Next;
        }
    }

    private void After(TimeSpan time, Action then) => new WorldTimer(_world.Outside, _ => then(), null).Change(time, Timeout.InfiniteTimeSpan);
}
