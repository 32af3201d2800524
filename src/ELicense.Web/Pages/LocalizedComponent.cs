using ELicense.Web.Texts;
using Microsoft.AspNetCore.Components;

namespace ELicense.Web.Pages;

/// <summary>A part of a page that speaks the reader's language with the texts of its own room.</summary>
public abstract class LocalizedComponent : ComponentBase
{
    [CascadingParameter]
    public PageContext Context { get; set; } = null!;

    protected string T(string key, params ReadOnlySpan<object?> arguments) => TextCatalog.Of(GetType().Assembly).Get(Context.Language, key, arguments);
}

/// <summary>A whole page over its model.</summary>
public abstract class PageComponent<TModel> : LocalizedComponent
{
    [Parameter]
    public TModel Model { get; set; } = default!;
}
