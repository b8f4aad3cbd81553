using System.CommandLine;
using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Commands;

/// <summary>The options by which every command finds its settings.</summary>
internal sealed class SettingsOptions
{
    private readonly Option<FileInfo?> _file = new("--config", "-c")
    {
        Description = $"Settings file (JSON); {SettingsReader.DefaultFile} in the current folder where there is one.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "One setting, name=value, as in --set kafka.groupId=shop; may be repeated and wins over file and environment.",
        DefaultValueFactory = _ => [],
    };

    public static SettingsOptions On(Command command)
    {
        var options = new SettingsOptions();
        command.Options.Add(options._file);
        command.Options.Add(options._set);
        return options;
    }

    /// <summary>Reads the settings; throws <see cref="SettingsException"/> with all that is wrong.</summary>
    public Settings Read(ParseResult parsed)
    {
        var settings = ReadQuietly(parsed);
        if (parsed.GetValue(_file) is null && parsed.GetValue(_set) is not { Length: > 0 } && !File.Exists(SettingsReader.DefaultFile))
            Console.Error.WriteLine($"cdc-stripe: note: no settings file: --config names none, and {Environment.CurrentDirectory} holds no {SettingsReader.DefaultFile}; what the environment does not say has its default (in effect: kafka.groupId {settings.Kafka.GroupId}, state.schema {settings.State.Schema}, web.url {settings.Web.Url}; `cdc-stripe config print` shows all)");
        return settings;
    }

    /// <summary>For a command that needs no more than a default.</summary>
    public Settings ReadQuietly(ParseResult parsed) => SettingsReader.Read(parsed.GetValue(_file), parsed.GetValue(_set) ?? []);

    public IReadOnlyList<Option> All => [_file, _set];

    /// <summary>Reads and validates for delivery.</summary>
    /// <param name="put">What a command's own flags put over them.</param>
    public Settings ReadValid(ParseResult parsed, Action<Settings>? put = null)
    {
        var settings = Read(parsed);
        put?.Invoke(settings);
        var errors = SettingsValidator.Validate(settings);
        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }
}
