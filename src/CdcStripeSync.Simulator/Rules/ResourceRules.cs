using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.Lists;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>What all resources share: get, list, update by a changed copy; a subclass holds what is special to one.</summary>
/// <param name="collection">Where the objects live, such as <c>billing.meters</c>.</param>
/// <param name="path">Such as <c>/v1/products</c>.</param>
/// <param name="idName">The path's placeholder, which is also the parameter that errors name.</param>
/// <param name="noun">What errors call it.</param>
internal abstract class ResourceRules(string collection, string path, string idName, string noun)
{
    protected string Collection => collection;

    protected string Path => path;

    protected string Noun => noun;

    public virtual void Register(IDictionary<string, Handler> operations)
    {
        operations[$"GET {path}"] = List;
        operations[$"GET {path}/{{{idName}}}"] = Get;
        operations[$"POST {path}"] = Create;
        operations[$"POST {path}/{{{idName}}}"] = Update;
    }

    protected abstract JsonObject Build(Execution execution, JsonObject parameters);

    /// <summary>Applies an update's parameters to a copy of the object.</summary>
    protected virtual void Change(Execution execution, JsonObject next, JsonObject parameters) => Copy(parameters, next);

    protected virtual Answer Create(Execution execution, JsonObject parameters, string[] ids)
    {
        var json = Build(execution, parameters);
        execution.Add(execution.State[collection], json);
        return new Answer.One(json);
    }

    protected virtual Answer Get(Execution execution, JsonObject parameters, string[] ids) =>
        new Answer.One(Find(execution.State, ids[0]).Json);

    protected virtual Answer Update(Execution execution, JsonObject parameters, string[] ids)
    {
        var entry = Find(execution.State, ids[0]);
        var next = entry.Json.DeepClone().AsObject();
        Change(execution, next, parameters);
        execution.Replace(execution.State[collection], entry, next);
        return new Answer.One(entry.Json);
    }

    protected virtual Answer Delete(Execution execution, JsonObject parameters, string[] ids)
    {
        var entry = Find(execution.State, ids[0]);
        execution.Remove(execution.State[collection], entry);
        return new Answer.One(Deleted(entry));
    }

    protected Answer List(Execution execution, JsonObject parameters, string[] ids) =>
        ListQuery.Run(execution.State[collection], parameters, path, noun);

    protected Entry Find(SimulatorState state, string id) =>
        state[collection].Find(id) ?? throw StripeErrorException.Missing(404, noun, id, idName);

    protected static JsonObject Deleted(Entry entry) =>
        new() { ["id"] = entry.Id, ["object"] = entry.Json["object"]!.DeepClone(), ["deleted"] = true };

    /// <summary>Sets each sent field, metadata merged, <c>expand</c> aside.</summary>
    protected static void Copy(JsonObject parameters, JsonObject target)
    {
        foreach (var (name, value) in parameters)
        {
            if (name == "expand") continue;
            target[name] = name == "metadata" ? Metadata.Merge(target[name] as JsonObject, value as JsonObject) : value?.DeepClone();
        }
    }

    protected static T? Value<T>(JsonObject parameters, string name) =>
        parameters[name] is JsonValue value && value.TryGetValue<T>(out var found) ? found : default;
}
