"""Overview pictures: what a result looks like, drawn on the server as SVG.

    numbers      a searcher's facets and cross counts, as Series and Grids with links
    palette      one hue in steps, safe for the colour-blind, and what can be read on them
    tilegrid     where each province's square stands
    svg          elements with everything escaped
    bars  tiles  heat      a Series or Grid to a Drawing
    pictures     which pictures there are, and how each is drawn
    saving       a Drawing as a file of its own: SVG, PNG; its numbers as CSV

On a page the style sheet colours the drawings (dark, print); a saved file
carries its light colours as presentation attributes.
"""
